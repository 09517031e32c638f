import type { ReactElement } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { Comment, Thread } from '../../api/wire';
import type { Place } from '../../model/together';
import { Button, LinkButton } from '../button';
import { Confirm } from '../modal';
import { useStore } from '../use-store';
import { When } from '../when';
import { Compose } from './compose';
import { nameOf } from './names';
import type { TogetherProps } from './people';

/** A thread: what it hangs on, what was said, and an answer. */
export function ThreadCard(
  props: TogetherProps & { thread: Thread; place: Place }
): ReactElement {
  const { thread, place, model, trans } = props;
  const [answering, setAnswering] = useState(false);
  const { api } = model.workspace;
  const done = thread.resolvedBy !== null;
  const card = useRef<HTMLLIElement>(null);
  const asked = useStore(model.shown);
  const runs = useStore(model.runs.store);
  const shown = asked?.thread === thread.id ? asked : null;
  useEffect(() => {
    if (shown) {
      card.current?.scrollIntoView({ block: 'nearest' });
    }
    if (shown?.focus) {
      card.current?.focus();
    }
  }, [shown]);
  return (
    <li
      ref={card}
      tabIndex={-1}
      className={`jp-HubThread ${done ? 'jp-mod-done' : ''}`}
      aria-current={shown ? true : undefined}
      aria-label={trans.__('Thread on %1', nameOf(thread.about, runs, trans))}
    >
      <Head {...props} />
      {thread.about.quote && <blockquote>{thread.about.quote}</blockquote>}
      {place === 'gone' && (
        <p className="jp-HubNote" role="note">
          {trans.__('What this hangs on was deleted.')}
        </p>
      )}
      {place === 'changed' && (
        <p className="jp-HubNote" role="note">
          {trans.__('These words stand there no more.')}
        </p>
      )}
      <ul>
        {thread.comments.map(comment => (
          <Said key={comment.id} {...props} comment={comment} />
        ))}
      </ul>
      {answering ? (
        <Compose
          label={trans.__('Answer')}
          action={trans.__('Answer')}
          people={model.workspace.known}
          focus
          cancel={() => setAnswering(false)}
          send={async text => {
            const sent = await model.deed.run(() => api.reply(thread.id, text));
            setAnswering(!sent);
            return sent;
          }}
          trans={trans}
        />
      ) : (
        <div className="jp-HubCompose-buttons">
          <Button
            onClick={() =>
              void model.deed.run(() => api.resolve(thread.id, !done))
            }
          >
            {done ? trans.__('Open again') : trans.__('Resolve')}
          </Button>
          <Button onClick={() => setAnswering(true)}>
            {trans.__('Answer')}
          </Button>
        </div>
      )}
    </li>
  );
}

function Head(props: TogetherProps & { thread: Thread }): ReactElement {
  const { thread, model, actions, trans } = props;
  const { about } = thread;
  const runs = useStore(model.runs.store);
  const show = () => {
    const view = model.notebook.state;
    if (view && model.isHere(thread)) {
      view.show(about);
    } else if (about.path) {
      actions.openNotebook(about.path, about.cell);
    } else if (about.kind === 'run') {
      actions.openRun(about.id);
    } else {
      actions.openModel(about.id, about.revision ?? undefined);
    }
  };
  return (
    <p className="jp-HubThread-head">
      <LinkButton onClick={show}>{nameOf(about, runs, trans)}</LinkButton>
      {thread.resolvedBy && (
        <span className="jp-HubNote">
          {trans.__('resolved by %1', thread.resolvedBy.displayName)}
        </span>
      )}
    </p>
  );
}

function Said(
  props: TogetherProps & { thread: Thread; comment: Comment }
): ReactElement {
  const { thread, comment, model, trans } = props;
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState(false);
  const isMine = useStore(model.workspace.me) === comment.author.name;
  const { api } = model.workspace;
  const change = (text: string) =>
    model.deed.run(() => api.edit(thread.id, comment.id, text));
  return (
    <li className="jp-HubComment">
      <p className="jp-HubComment-head">
        <b>{comment.author.displayName}</b> <When at={comment.at} />
        {comment.editedAt && ` · ${trans.__('edited')}`}
      </p>
      {editing ? (
        <Compose
          label={trans.__('Change the comment')}
          action={trans.__('Save')}
          text={comment.text}
          people={model.workspace.known}
          focus
          cancel={() => setEditing(false)}
          send={async text => {
            const sent = await change(text);
            setEditing(!sent);
            return sent;
          }}
          trans={trans}
        />
      ) : (
        <p className="jp-HubComment-text">{comment.text}</p>
      )}
      {isMine && !editing && (
        <p className="jp-HubComment-own">
          <LinkButton onClick={() => setEditing(true)}>
            {trans.__('Edit')}
          </LinkButton>{' '}
          <LinkButton onClick={() => setAsking(true)}>
            {trans.__('Delete')}
          </LinkButton>
        </p>
      )}
      {asking && (
        <Confirm
          title={trans.__('Delete this comment?')}
          action={trans.__('Delete')}
          confirm={() =>
            void model.deed.run(() => api.takeBack(thread.id, comment.id))
          }
          close={() => setAsking(false)}
          trans={trans}
        >
          <blockquote>{comment.text}</blockquote>
          <p>{trans.__('It is gone for everybody, and cannot be restored.')}</p>
        </Confirm>
      )}
    </li>
  );
}
