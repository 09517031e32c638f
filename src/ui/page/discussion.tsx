import type { TranslationBundle } from '@jupyterlab/translation';
import type { FormEvent, ReactElement } from 'react';
import { useState } from 'react';
import type {
  DiscussionEvent,
  DiscussionPage,
  DiscussionStatus
} from '../../api/wire';
import { Answered, Refusal } from '../answer';
import { Button } from '../button';
import { TextField } from '../field';
import { exactText, whenText } from '../format';
import { Confirm } from '../modal';
import { Markdown } from './card';
import { Changes } from './changes';
import { CommentForm } from './comment-form';
import type { DiscussionsProps } from './discussions';
import { GatesOfPull } from './gate-pull';

/** How a discussion stands. */
export function statusWord(
  status: DiscussionStatus,
  trans: TranslationBundle
): string {
  return {
    draft: trans.__('draft'),
    open: trans.__('open'),
    closed: trans.__('closed'),
    merged: trans.__('merged')
  }[status];
}

/** One discussion or pull request: what was said, what it changes, how it stands. */
export function Discussion(props: DiscussionsProps): ReactElement {
  const { model, trans } = props;
  const { discussions } = model;
  return (
    <>
      <div className="jp-HubBar">
        <Button onClick={() => discussions.go({ is: 'list' })}>
          {trans.__('← Discussions')}
        </Button>
      </div>
      <Answered
        asked={discussions.page}
        label={trans.__('Loading the discussion')}
        retry={() => discussions.refresh()}
        trans={trans}
      >
        {shown => (
          <>
            <Heading {...props} shown={shown} />
            <ol className="jp-HubTalk" aria-label={trans.__('Comments')}>
              {shown.events.map(event => (
                <Event key={event.id} {...props} event={event} />
              ))}
            </ol>
            {shown.discussion.isPullRequest && (
              <Changes {...props} shown={shown} />
            )}
            {shown.discussion.isPullRequest && (
              <GatesOfPull
                model={model.gates}
                number={shown.discussion.number}
                trans={trans}
              />
            )}
            <Refusal deed={discussions.deed} trans={trans} />
            {shown.mayComment && <Comment {...props} shown={shown} />}
          </>
        )}
      </Answered>
    </>
  );
}

function Heading(
  props: DiscussionsProps & { shown: DiscussionPage }
): ReactElement {
  const { shown, trans } = props;
  const { title, number, status, isPullRequest, target } = shown.discussion;
  const [isNaming, setNaming] = useState(false);
  return (
    <div>
      <div className="jp-HubBar">
        <h2>
          {title} <span className="jp-HubStatus">{`#${number}`}</span>{' '}
          <span className={`jp-HubBadge jp-mod-${status}`}>
            {statusWord(status, trans)}
          </span>
        </h2>
        {shown.mayChange && !isNaming && (
          <Button onClick={() => setNaming(true)}>{trans.__('Rename')}</Button>
        )}
      </div>
      {isNaming && <NewTitle {...props} close={() => setNaming(false)} />}
      {isPullRequest && target && (
        <p className="jp-HubStatus">{trans.__('wants to change %1', target)}</p>
      )}
    </div>
  );
}

function NewTitle(
  props: DiscussionsProps & { shown: DiscussionPage; close: () => void }
): ReactElement {
  const { model, shown, close, trans } = props;
  const [title, setTitle] = useState(shown.discussion.title);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await model.discussions.rename(title.trim())) {
      close();
    }
  };
  return (
    <form className="jp-HubBar" onSubmit={event => void submit(event)}>
      <TextField
        label={trans.__('New title')}
        value={title}
        change={setTitle}
        required
      />
      <Button onClick={close}>{trans.__('Cancel')}</Button>
      <Button primary submit>
        {trans.__('Save')}
      </Button>
    </form>
  );
}

function Event(
  props: DiscussionsProps & { event: DiscussionEvent }
): ReactElement {
  const { model, event, rendermime, trans } = props;
  const [isEditing, setEditing] = useState(false);
  return (
    <li className={`jp-mod-${event.kind}`}>
      <div className="jp-HubTalk-head">
        <b>{event.author.displayName}</b> <span>{wordsOf(event, trans)}</span>{' '}
        <time dateTime={event.at} title={exactText(event.at)}>
          {whenText(event.at)}
        </time>
        {event.history.length > 0 && (
          <span title={event.history.map(({ text }) => text).join('\n---\n')}>
            {trans.__('(edited)')}
          </span>
        )}
        <CommentActions {...props} edit={() => setEditing(true)} />
      </div>
      {event.kind === 'comment' &&
        (isEditing ? (
          <CommentForm
            discussions={model.discussions}
            initial={event.text ?? ''}
            action={trans.__('Save')}
            save={async text => {
              const isTaken = await model.discussions.edit(event.id, text);
              setEditing(!isTaken);
              return isTaken;
            }}
            more={() => (
              <Button onClick={() => setEditing(false)}>
                {trans.__('Cancel')}
              </Button>
            )}
            rendermime={rendermime}
            trans={trans}
          />
        ) : event.isHidden ? (
          <p className="jp-HubNote">{trans.__('This comment was hidden.')}</p>
        ) : (
          <Markdown source={event.text ?? ''} rendermime={rendermime} />
        ))}
    </li>
  );
}

function wordsOf(event: DiscussionEvent, trans: TranslationBundle): string {
  switch (event.kind) {
    case 'comment':
      return trans.__('wrote');
    case 'commit':
      return trans.__(
        'committed %1: %2',
        event.commit?.slice(0, 8) ?? '',
        event.text ?? ''
      );
    case 'status':
      return event.status
        ? trans.__('set it to %1', statusWord(event.status, trans))
        : '';
    case 'title':
      return trans.__('named it “%1”', event.newTitle ?? '');
  }
}

function CommentActions(
  props: DiscussionsProps & { event: DiscussionEvent; edit: () => void }
): ReactElement {
  const { model, event, edit, trans } = props;
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      {event.mayEdit && (
        <Button
          onClick={edit}
          label={trans.__('Edit the comment of %1', event.author.displayName)}
        >
          {trans.__('Edit')}
        </Button>
      )}
      {event.mayHide && (
        <Button
          onClick={() => setAsking(true)}
          label={trans.__('Hide the comment of %1', event.author.displayName)}
        >
          {trans.__('Hide…')}
        </Button>
      )}
      {isAsking && (
        <Confirm
          title={trans.__('Hide this comment?')}
          action={trans.__('Hide')}
          confirm={() => void model.discussions.hide(event.id)}
          close={() => setAsking(false)}
          trans={trans}
        >
          <p>{trans.__('Its text is deleted; this cannot be undone.')}</p>
        </Confirm>
      )}
    </>
  );
}

function Comment(
  props: DiscussionsProps & { shown: DiscussionPage }
): ReactElement {
  const { model, shown, rendermime, trans } = props;
  const { discussions } = model;
  const { status } = shown.discussion;
  const move = (next: 'open' | 'closed', label: string) =>
    function Move(text: string, done: (isTaken: boolean) => void) {
      const set = async () =>
        done(await discussions.setStatus({ status: next, text }));
      return (
        <Button key={next} onClick={() => void set()}>
          {label}
        </Button>
      );
    };
  const moves = !shown.mayChange
    ? []
    : {
        draft: [
          move('open', trans.__('Ready for review')),
          move('closed', trans.__('Close this'))
        ],
        open: [move('closed', trans.__('Close this'))],
        closed: [move('open', trans.__('Open again'))],
        merged: []
      }[status];
  return (
    <CommentForm
      discussions={discussions}
      initial=""
      action={trans.__('Comment')}
      save={text => discussions.comment(text)}
      more={(text, done) => moves.map(one => one(text, done))}
      rendermime={rendermime}
      trans={trans}
    />
  );
}
