import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Suggestion } from '../../api/wire';
import type { Here, Page } from '../../model/people';
import { onePerPerson } from '../../model/people';
import type { TogetherModel } from '../../model/together';
import type { Actions } from '../actions';
import { Button, LinkButton } from '../button';
import { Empty } from '../problem';
import { useStore } from '../use-store';
import { Avatar } from './avatar';
import { runName } from './names';

export interface TogetherProps {
  model: TogetherModel;
  actions: Actions;
  /** Begin a suggestion for the notebook at *path*. */
  suggest: (path: string) => void;
  /** Edit a suggestion of one's own. */
  work: (suggestion: Suggestion) => void;
  trans: TranslationBundle;
}

/** Who is here, where they are, and whom one follows. */
export function People(props: TogetherProps): ReactElement {
  const { model, actions, trans } = props;
  const all = useStore(model.workspace.people);
  const me = useStore(model.workspace.me);
  const notebook = useStore(model.notebook);
  const people = onePerPerson(all);
  const others = people.filter(({ name }) => name !== me);
  const self = people.filter(({ name }) => name === me);
  return (
    <>
      <p className="jp-HubStatus" role="status" aria-live="polite">
        {trans._n(
          '%1 other person is here',
          '%1 others are here',
          others.length
        )}
      </p>
      <ul className="jp-HubPeople" aria-label={trans.__('People')}>
        {[...self, ...others].map(here => (
          <Person
            key={here.name}
            {...props}
            here={here}
            isMe={here.name === me}
          />
        ))}
      </ul>
      {others.length === 0 && (
        <Empty title={trans.__('Nobody else is here.')}>
          <p>{trans.__('Whoever opens this JupyterLab shows up here.')}</p>
        </Empty>
      )}
      {notebook && (
        <p className="jp-HubNote">
          <LinkButton onClick={() => actions.openHistory(notebook.path)}>
            {trans.__('History of %1', notebook.path.split('/').pop() ?? '')}
          </LinkButton>
        </p>
      )}
    </>
  );
}

function Person(
  props: TogetherProps & { here: Here; isMe: boolean }
): ReactElement {
  const { here, isMe, model, actions, trans } = props;
  const following = useStore(model.following) === here.name;
  const { path, page, cell } = here;
  const state = here.idle ? trans.__('idle') : trans.__('active');
  return (
    <li className="jp-HubPerson">
      <Avatar here={here} title={here.displayName} />
      <div className="jp-HubPerson-what">
        <b>
          {here.displayName}
          {isMe && ` (${trans.__('you')})`}
        </b>
        <span className="jp-HubNote">
          {state}
          {path && ' · '}
          {path && (
            <LinkButton
              onClick={() => actions.openNotebook(path, cell)}
              title={path}
            >
              {path.split('/').pop()}
            </LinkButton>
          )}
          {page && ' · '}
          {page && <InFront {...props} page={page} />}
        </span>
      </div>
      {!isMe && (
        <Button
          onClick={() => model.following.set(following ? null : here.name)}
          label={
            following
              ? trans.__('Stop following %1', here.displayName)
              : trans.__('Follow %1', here.displayName)
          }
        >
          {following ? trans.__('Stop') : trans.__('Follow')}
        </Button>
      )}
    </li>
  );
}

/** What somebody looks at that is no notebook. */
function InFront(props: TogetherProps & { page: Page }): ReactElement {
  const { page, model, actions, trans } = props;
  const runs = useStore(model.runs.store);
  if (page.is === 'comparison') {
    return <>{trans.__('compares runs')}</>;
  }
  if (page.is === 'elsewhere') {
    return <>{trans.__('in no notebook')}</>;
  }
  const { is, id } = page;
  if (id === null) {
    return <>{trans.__('a private page')}</>;
  }
  return is === 'run' ? (
    <LinkButton onClick={() => actions.openRun(id)}>
      {runName(id, runs, trans)}
    </LinkButton>
  ) : (
    <LinkButton onClick={() => actions.openRepo({ kind: is, id })}>
      {id}
    </LinkButton>
  );
}
