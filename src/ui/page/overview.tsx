import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { RepoPage } from '../../api/wire';
import type { PageModel } from '../../model/page';
import type { Actions } from '../actions';
import { Button } from '../button';
import { Section } from '../field';
import { Empty } from '../problem';
import { useStore } from '../use-store';
import { Markdown } from './card';
import { ProvenanceView } from './provenance';
import { Reviews } from './reviews';
import { Uses } from './uses';
import { Variants } from './variants';
import { Versions } from './versions';

export interface OverviewProps {
  model: PageModel;
  page: RepoPage;
  actions: Actions;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** The card of a repo; of a model also its versions and how it was made. */
export function Overview(props: OverviewProps): ReactElement {
  const { model, page, rendermime, trans } = props;
  return (
    <div className="jp-HubPage-body">
      <div className="jp-HubPage-main">
        <Section title={cardTitle(page, trans)}>
          {page.repo.may !== 'read' && (
            <Button onClick={() => props.actions.editCard(model.repo)}>
              {trans.__('Edit card')}
            </Button>
          )}
          {page.card.markdown.trim() ? (
            <Markdown source={page.card.markdown} rendermime={rendermime} />
          ) : (
            <Empty title={trans.__('No card yet.')}>
              <p>
                {trans.__(
                  'Say what this is and how to use it, with all who know it.'
                )}
              </p>
            </Empty>
          )}
        </Section>
        <Reviews
          model={model.reviews}
          versions={(page.model?.versions ?? []).map(({ tag }) => tag)}
          task={page.model?.summary.task ?? null}
          trans={trans}
        />
      </div>
      <Side {...props} />
    </div>
  );
}

function cardTitle({ repo }: RepoPage, trans: TranslationBundle): string {
  return {
    model: trans.__('Model card'),
    dataset: trans.__('Dataset card'),
    space: trans.__('Space card')
  }[repo.kind];
}

function Side(props: OverviewProps): ReactElement | null {
  const { model, page, actions, trans } = props;
  const refs = useStore(model.refs.refs.store);
  if (!page.model) {
    return null;
  }
  const branches =
    refs.is === 'shown' ? refs.value.branches.map(({ name }) => name) : [];
  const { versions, provenance } = page.model;
  return (
    <div className="jp-HubPage-side">
      <Section title={trans.__('Versions')}>
        {versions.length > 0 ? (
          <Versions
            versions={versions}
            commit={page.commit}
            show={tag => model.show(tag)}
            openRun={actions.openRun}
            id={page.repo.id}
            model={model.versions}
            branches={branches}
            mayWrite={page.repo.may !== 'read'}
            reproduce={tag => void model.reproduce(tag)}
            actions={actions}
            trans={trans}
          />
        ) : (
          <Empty title={trans.__('No version yet.')} />
        )}
      </Section>
      <Variants
        model={model.variants}
        version={versions.find(({ tag }) => tag === page.revision)?.tag ?? null}
        actions={actions}
        trans={trans}
      />
      <Uses model={model.uses} actions={actions} trans={trans} />
      {provenance && (
        <Section title={trans.__('Provenance')}>
          <ProvenanceView
            provenance={provenance}
            actions={actions}
            trans={trans}
          />
        </Section>
      )}
    </div>
  );
}
