import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement, ReactNode } from 'react';
import type { ModelPage } from '../../api/wire';
import type { PageModel } from '../../model/page';
import type { Actions } from '../actions';
import { Button } from '../button';
import { Facts } from '../facts';
import { Busy, Empty, Problem } from '../problem';
import { useStore } from '../use-store';
import { Markdown } from './card';
import { Files } from './files';
import { ProvenanceView } from './provenance';
import { Versions } from './versions';

export interface PageProps {
  model: PageModel;
  actions: Actions;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** The page of one model. */
export function Page(props: PageProps): ReactElement {
  const { model, trans } = props;
  const state = useStore(model.store);
  switch (state.is) {
    case 'busy':
      return <Busy label={trans.__('Loading %1', model.id)} lines={8} />;
    case 'gone':
      return (
        <Empty title={trans.__('%1 was deleted.', model.id)}>
          <p>{trans.__('You may close this page.')}</p>
        </Empty>
      );
    case 'failed':
      return (
        <Problem why={state.why} trans={trans} retry={() => model.refresh()} />
      );
    case 'shown':
      return <Shown {...props} page={state.page} />;
  }
}

function Section(props: { title: string; children: ReactNode }): ReactElement {
  return (
    <section aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

function Shown(props: PageProps & { page: ModelPage }): ReactElement {
  const { model, page, actions, rendermime, trans } = props;
  const { card, files, versions, provenance } = page;
  return (
    <article aria-label={page.model.id}>
      <Head {...props} />
      <div className="jp-HubPage-body">
        <div className="jp-HubPage-main">
          <Section title={trans.__('Model card')}>
            {card.markdown.trim() ? (
              <Markdown source={card.markdown} rendermime={rendermime} />
            ) : (
              <Empty title={trans.__('No model card yet.')}>
                <p>
                  {trans.__(
                    'Say what the model does in a README.md of this model.'
                  )}
                </p>
              </Empty>
            )}
          </Section>
        </div>
        <div className="jp-HubPage-side">
          <Section title={trans.__('Versions')}>
            {versions.length > 0 ? (
              <Versions
                versions={versions}
                commit={files.commit}
                show={tag => model.show(tag)}
                openRun={actions.openRun}
                trans={trans}
              />
            ) : (
              <Empty title={trans.__('No version yet.')} />
            )}
          </Section>
          <Section title={trans.__('Files')}>
            <Files files={files.files} link={actions.link} trans={trans} />
          </Section>
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
      </div>
    </article>
  );
}

function Head(props: PageProps & { page: ModelPage }): ReactElement {
  const { page, actions, trans } = props;
  const { model, loadCode } = page;
  return (
    <header className="jp-HubPage-head">
      <div className="jp-HubPage-title">
        <h1>{model.id}</h1>
        <span className="jp-HubBadge">
          {model.visibility === 'private'
            ? trans.__('private')
            : trans.__('public')}
        </span>
        <VersionChoice {...props} />
      </div>
      {model.summary && <p>{model.summary}</p>}
      <Facts model={model} trans={trans} />
      <div className="jp-HubPage-code">
        <pre>
          <code>{loadCode}</code>
        </pre>
        <Button
          primary
          onClick={() => actions.insert(loadCode)}
          title={trans.__('Insert this code below the active cell')}
        >
          {trans.__('Load')}
        </Button>
        <Button onClick={() => actions.copy(loadCode)}>
          {trans.__('Copy code')}
        </Button>
      </div>
    </header>
  );
}

function VersionChoice(
  props: PageProps & { page: ModelPage }
): ReactElement | null {
  const { model, page, trans } = props;
  const shown = page.versions.find(
    ({ commit }) => commit === page.files.commit
  );
  if (page.versions.length === 0) {
    return null;
  }
  return (
    <select
      className="jp-HubSelect"
      aria-label={trans.__('Version')}
      value={shown?.tag ?? ''}
      onChange={event => model.show(event.target.value)}
    >
      {!shown && <option value="">{page.files.revision}</option>}
      {page.versions.map(({ tag }) => (
        <option key={tag} value={tag}>
          {tag}
        </option>
      ))}
    </select>
  );
}
