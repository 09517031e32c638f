import type { ReactElement } from 'react';
import type { Scope } from '../../model/together';
import { allows } from '../../model/together';
import { Button } from '../button';
import { Empty, Problem } from '../problem';
import { useStore } from '../use-store';
import { Compose } from './compose';
import { nameOf } from './names';
import type { TogetherProps } from './people';
import { ThreadCard } from './thread';

/** Threads, and a field for a new one. */
export function Comments(props: TogetherProps): ReactElement {
  const { model, trans, actions } = props;
  useStore(model.workspace.store);
  useStore(model.edits);
  useStore(model.file);
  const filter = useStore(model.filter);
  const view = useStore(model.notebook);
  const deed = useStore(model.deed.store);
  const listed = model.listed();
  const mayComment = allows(model.role(model.file.state), 'commenter');
  const scopes: [Scope, string][] = [
    ['notebook', trans.__('This notebook')],
    ['mine', trans.__('With me')],
    ['all', trans.__('All')]
  ];
  return (
    <>
      <div className="jp-HubComments-bar">
        <select
          aria-label={trans.__('Which comments')}
          value={filter.scope}
          onChange={({ target }) => {
            const scope = scopes.find(([id]) => id === target.value)?.[0];
            model.filter.set({ ...filter, scope: scope ?? 'all' });
          }}
        >
          {scopes.map(([id, label]) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
        <label className="jp-HubCheck">
          <input
            type="checkbox"
            checked={filter.resolved}
            onChange={({ target }) =>
              model.filter.set({ ...filter, resolved: target.checked })
            }
          />
          <span>{trans.__('Resolved too')}</span>
        </label>
        {view && mayComment && (
          <Button onClick={() => model.target.set(view.target())}>
            {trans.__('Comment…')}
          </Button>
        )}
      </div>
      <NewThread {...props} />
      {deed.is === 'refused' && <Problem why={deed.why} trans={trans} />}
      <ul
        className="jp-HubThreads"
        tabIndex={-1}
        aria-label={trans.__('Comments')}
      >
        {listed.map(({ thread, place }) => (
          <ThreadCard
            key={thread.id}
            {...props}
            thread={thread}
            place={place}
          />
        ))}
      </ul>
      {listed.length === 0 && (
        <Empty title={trans.__('No comments here.')}>
          <p>
            {trans.__(
              'Select text or a cell of a notebook, and say what you think of it.'
            )}
          </p>
        </Empty>
      )}
      <p className="jp-HubNote">
        <a
          href={actions.link('hubcollab/api/workspace/export')}
          target="_blank"
          rel="noreferrer"
        >
          {trans.__('All comments as Markdown')}
        </a>
      </p>
    </>
  );
}

function NewThread({ model, trans }: TogetherProps): ReactElement | null {
  const target = useStore(model.target);
  const runs = useStore(model.runs.store);
  if (!target) {
    return null;
  }
  return (
    <section aria-label={trans.__('New comment')}>
      <p className="jp-HubNote">
        {trans.__('On %1', nameOf(target, runs, trans))}
      </p>
      {target.quote && <blockquote>{target.quote}</blockquote>}
      <Compose
        label={trans.__('New comment')}
        action={trans.__('Comment')}
        people={model.workspace.known}
        focus
        cancel={() => model.target.set(null)}
        send={text => model.begin(text)}
        trans={trans}
      />
    </section>
  );
}
