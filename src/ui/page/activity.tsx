import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Activity } from '../../api/wire';
import type { PageModel } from '../../model/page';
import { Answered } from '../answer';
import { Button, LinkButton } from '../button';
import { exactText, whenText } from '../format';
import { Empty } from '../problem';
import { stateWord } from './gate-run';

export interface ActivityProps {
  model: PageModel;
  trans: TranslationBundle;
}

/** What happened to a repo, newest first: who, what, when. */
export function ActivityTab(props: ActivityProps): ReactElement {
  const { model, trans } = props;
  return (
    <Answered
      asked={model.activity.list}
      label={trans.__('Loading the activity')}
      retry={() => model.activity.refresh()}
      trans={trans}
    >
      {({ activities, hasMore }) =>
        activities.length === 0 ? (
          <Empty title={trans.__('Nothing has happened yet.')} />
        ) : (
          <>
            <ol
              className="jp-HubCommits"
              aria-label={trans.__('Activity')}
              aria-live="polite"
              aria-relevant="additions"
            >
              {activities.map(one => (
                <Row key={one.id} {...props} activity={one} />
              ))}
            </ol>
            {hasMore && (
              <Button onClick={() => model.activity.more()}>
                {trans.__('Show what was before')}
              </Button>
            )}
          </>
        )
      }
    </Answered>
  );
}

function Row(props: ActivityProps & { activity: Activity }): ReactElement {
  const { model, activity, trans } = props;
  const { verb, about, rest } = wording(activity, trans);
  const go = wayTo(model, activity);
  return (
    <li>
      <div>
        <b>{activity.by.displayName}</b> {verb}{' '}
        {go ? <LinkButton onClick={go}>{about}</LinkButton> : about} {rest}
        {activity.text && activity.text !== activity.about && (
          <p className="jp-HubStatus">{activity.text}</p>
        )}
      </div>
      <time
        className="jp-HubStatus"
        dateTime={activity.at}
        title={exactText(activity.at)}
      >
        {whenText(activity.at)}
      </time>
    </li>
  );
}

interface Wording {
  verb: string;
  about: string;
  rest?: string;
}

/** What somebody did, as the words around what they did it to. */
function wording(one: Activity, trans: TranslationBundle): Wording {
  const { about, before, after, state } = one;
  switch (one.kind) {
    case 'commit':
      return {
        verb: trans.__('committed'),
        about,
        rest: before ? trans.__('to %1', before) : ''
      };
    case 'version':
      return { verb: trans.__('published version'), about };
    case 'rollback':
      return {
        verb: trans.__('went back to %1 by version', before ?? ''),
        about
      };
    case 'alias':
      return alias(one, trans);
    case 'deprecation':
      return state === 'lifted'
        ? { verb: trans.__('no longer warns of version'), about }
        : { verb: trans.__('deprecated version'), about };
    case 'gate':
    case 'reproduction':
      return judged(one, trans);
    case 'discussion':
      return { verb: trans.__('opened discussion'), about: titled(one) };
    case 'pull':
      return { verb: trans.__('opened pull request'), about: titled(one) };
    case 'comment':
      return { verb: trans.__('commented on'), about: titled(one) };
    case 'status':
      return { verb: statusVerb(state, trans), about: titled(one) };
    case 'title':
      return {
        verb: trans.__('renamed “%1” to', before ?? ''),
        about: titled(one)
      };
    case 'push':
      return { verb: trans.__('added commits to'), about: titled(one) };
    case 'review':
      return {
        verb: trans.__('gave %1 of 5 stars to', state),
        about: after ?? trans.__('this repo')
      };
  }
}

function alias(one: Activity, trans: TranslationBundle): Wording {
  const { about, before, after } = one;
  if (after === null) {
    return {
      verb: trans.__('removed the alias'),
      about,
      rest: before ? trans.__('from %1', before) : ''
    };
  }
  return before
    ? { verb: trans.__('moved %1 from %2 to', about, before), about: after }
    : { verb: trans.__('let %1 lead to', about), about: after };
}

function judged(one: Activity, trans: TranslationBundle): Wording {
  const states = [
    'waiting',
    'queued',
    'running',
    'passed',
    'failed',
    'broken',
    'cancelled'
  ] as const;
  const state = states.find(known => known === one.state);
  const word = state ? stateWord(state, trans) : one.state;
  const about =
    one.number === null
      ? one.about
      : trans.__('pull request %1', String(one.number));
  return {
    verb:
      one.kind === 'gate'
        ? trans.__('had the gates judge')
        : trans.__('reproduced'),
    about,
    rest: `– ${word}`
  };
}

function statusVerb(state: string, trans: TranslationBundle): string {
  switch (state) {
    case 'merged':
      return trans.__('merged');
    case 'closed':
      return trans.__('closed');
    default:
      return trans.__('opened again');
  }
}

function titled({ number, about }: Activity): string {
  return number === null ? about : `#${number} ${about}`;
}

/** What a click on it opens; null where there is nothing. */
function wayTo(model: PageModel, one: Activity): (() => void) | null {
  const { kind, number, after } = one;
  if (kind === 'gate' || kind === 'reproduction') {
    return () => model.open('gates');
  }
  if (number !== null) {
    return () => {
      model.discussions.go({ is: 'one', number });
      model.open('discussions');
    };
  }
  if (after === null) {
    return null;
  }
  if (kind === 'commit') {
    return () => {
      model.history.compare({ to: after });
      model.open('commits');
    };
  }
  return () => {
    model.show(after);
    model.open('card');
  };
}
