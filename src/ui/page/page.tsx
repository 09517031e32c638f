import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { RepoPage } from '../../api/wire';
import type { PageModel, PageTab } from '../../model/page';
import type { Actions } from '../actions';
import { Button, LinkButton } from '../button';
import { Facts } from '../facts';
import { sizeText, whenText } from '../format';
import { Busy, Empty, Problem } from '../problem';
import { Tabs } from '../tabs';
import { useStore } from '../use-store';
import { ActivityTab } from './activity';
import { Collecting } from './collecting';
import { Commits } from './commits';
import { Discussions } from './discussions';
import { Files } from './files';
import { Gate } from './gate';
import { Gates } from './gates';
import { Overview } from './overview';
import { Refs } from './refs';
import { RevisionChoice } from './revisions';
import { Settings } from './settings';

export interface PageProps {
  model: PageModel;
  actions: Actions;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** The page of one repo: a model, a dataset or a space. */
export function Page(props: PageProps): ReactElement {
  const { model, actions, trans } = props;
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
    case 'moved':
      return (
        <Empty title={trans.__('%1 has another name now.', model.id)}>
          <LinkButton onClick={() => actions.openRepo(state.to)}>
            {state.to.id}
          </LinkButton>
        </Empty>
      );
    case 'failed':
      return (
        <>
          <Problem
            why={state.why}
            trans={trans}
            retry={() => model.refresh()}
          />
          {state.why.code === 'GatedRepo' && (
            <Gate model={model} trans={trans} />
          )}
        </>
      );
    case 'shown':
      return <Shown {...props} page={state.page} />;
  }
}

function Shown(props: PageProps & { page: RepoPage }): ReactElement {
  const { model, page, trans } = props;
  const tab = useStore(model.tab);
  return (
    <article aria-label={page.repo.id}>
      <Head {...props} />
      {page.repo.gated !== 'off' && page.repo.may === 'read' && (
        <Gate model={model} trans={trans} />
      )}
      <Tabs<PageTab>
        label={page.repo.id}
        current={tab}
        select={id => model.open(id)}
        tabs={[
          { id: 'card', label: trans.__('Card') },
          { id: 'files', label: trans.__('Files') },
          { id: 'commits', label: trans.__('Commits') },
          { id: 'refs', label: trans.__('Branches') },
          ...(page.repo.kind === 'model'
            ? [{ id: 'gates' as const, label: trans.__('Gates') }]
            : []),
          { id: 'discussions', label: trans.__('Discussions') },
          { id: 'activity', label: trans.__('Activity') },
          { id: 'settings', label: trans.__('Settings') }
        ]}
      >
        {tab === 'card' && <Overview {...props} />}
        {tab === 'files' && <Files {...props} />}
        {tab === 'commits' && <Commits {...props} />}
        {tab === 'refs' && <Refs {...props} />}
        {tab === 'gates' && <Gates {...props} />}
        {tab === 'discussions' && <Discussions {...props} />}
        {tab === 'activity' && <ActivityTab {...props} />}
        {tab === 'settings' && <Settings {...props} />}
      </Tabs>
    </article>
  );
}

function Head(props: PageProps & { page: RepoPage }): ReactElement {
  const { model, page, actions, trans } = props;
  const { repo, model: about } = page;
  const tab = useStore(model.tab);
  return (
    <header className="jp-HubPage-head">
      <div className="jp-HubPage-title">
        <h1>{repo.id}</h1>
        {repo.kind !== 'model' && (
          <span className="jp-HubBadge">
            {repo.kind === 'dataset' ? trans.__('dataset') : trans.__('space')}
          </span>
        )}
        <span className="jp-HubBadge">
          {repo.visibility === 'private'
            ? trans.__('private')
            : trans.__('public')}
        </span>
        {repo.gated !== 'off' && (
          <span className="jp-HubBadge">{trans.__('gated')}</span>
        )}
        <RevisionChoice model={model} commit={page.commit} trans={trans} />
        {repo.kind === 'model' && repo.visibility === 'public' && (
          <Button
            onClick={() => actions.comment('model', repo.id)}
            title={trans.__('Say something about this model to everybody')}
          >
            {trans.__('Comment')}
          </Button>
        )}
        <Collecting model={model.collecting} id={repo.id} trans={trans} />
      </div>
      {about ? (
        <>
          {about.summary.summary && <p>{about.summary.summary}</p>}
          <Facts model={about.summary} trans={trans} />
          {tab === 'card' && (
            <LoadCode code={about.loadCode} actions={actions} trans={trans} />
          )}
        </>
      ) : (
        <p className="jp-HubStatus">
          {sizeText(repo.sizeBytes)} ·{' '}
          {trans.__('changed %1', whenText(repo.updatedAt))}
        </p>
      )}
    </header>
  );
}

function LoadCode(props: {
  code: string;
  actions: Actions;
  trans: TranslationBundle;
}): ReactElement {
  const { code, actions, trans } = props;
  return (
    <div className="jp-HubPage-code">
      <pre>
        <code>{code}</code>
      </pre>
      <Button
        primary
        onClick={() => actions.insert(code)}
        title={trans.__('Insert this code below the active cell')}
      >
        {trans.__('Load')}
      </Button>
      <Button onClick={() => actions.copy(code)}>
        {trans.__('Copy code')}
      </Button>
    </div>
  );
}
