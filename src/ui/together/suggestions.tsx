import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { CellChange, Suggestion, SuggestionSeen } from '../../api/wire';
import { failure } from '../../model/failure';
import { lineDiff } from '../../model/line-diff';
import { allows } from '../../model/together';
import { Button, LinkButton } from '../button';
import { Confirm } from '../modal';
import { Empty, Problem } from '../problem';
import { useStore } from '../use-store';
import { When } from '../when';
import type { TogetherProps } from './people';

/** What others suggest for notebooks: changes to accept or reject, cell by cell. */
export function Suggestions(props: TogetherProps): ReactElement {
  const { model, suggest, trans } = props;
  useStore(model.workspace.store);
  const file = useStore(model.file);
  const view = useStore(model.notebook);
  const deed = useStore(model.deed.store);
  const [shown, setShown] = useState<string | null>(null);
  const all = model.workspace.shared?.suggestions ?? [];
  const listed = [...all]
    .reverse()
    .sort((a, b) => rank(a, file) - rank(b, file));
  return (
    <>
      {view && allows(model.role(file), 'commenter') && (
        <Button onClick={() => suggest(view.path)}>
          {trans.__('Suggest changes…')}
        </Button>
      )}
      {deed.is === 'refused' && <Problem why={deed.why} trans={trans} />}
      <ul
        className="jp-HubThreads"
        tabIndex={-1}
        aria-label={trans.__('Suggestions')}
      >
        {listed.map(suggestion => (
          <Card
            key={suggestion.id}
            {...props}
            suggestion={suggestion}
            open={shown === suggestion.id}
            toggle={() =>
              setShown(shown === suggestion.id ? null : suggestion.id)
            }
          />
        ))}
      </ul>
      {listed.length === 0 && (
        <Empty title={trans.__('Nobody suggests anything.')}>
          <p>
            {trans.__(
              'Suggest changes to a notebook in a copy; others accept or reject them cell by cell.'
            )}
          </p>
        </Empty>
      )}
    </>
  );
}

/** Open ones of the notebook in front first, closed ones last. */
function rank({ file, state }: Suggestion, front: string | null): number {
  return (state === 'closed' ? 2 : 0) + (file === front ? 0 : 1);
}

interface CardProps extends TogetherProps {
  suggestion: Suggestion;
  open: boolean;
  toggle: () => void;
}

function Card(props: CardProps): ReactElement {
  const { suggestion, open, toggle, model, work, trans } = props;
  const { id, title, by, at, path, state } = suggestion;
  const me = useStore(model.workspace.me);
  const [asking, setAsking] = useState(false);
  const isMine = by.name === me;
  return (
    <li
      tabIndex={-1}
      aria-label={title}
      className={`jp-HubThread ${state === 'closed' ? 'jp-mod-done' : ''}`}
    >
      <p className="jp-HubThread-head">
        <b>{title}</b>
        <span className="jp-HubNote">
          {state === 'closed' ? trans.__('closed') : trans.__('open')}
        </span>
      </p>
      <p className="jp-HubNote">
        {by.displayName} · {path.split('/').pop()} · <When at={at} />
      </p>
      <div className="jp-HubCompose-buttons">
        {isMine && (
          <Button onClick={() => setAsking(true)}>
            {trans.__('Withdraw')}
          </Button>
        )}
        {isMine && state === 'open' && (
          <Button onClick={() => work(suggestion)}>
            {trans.__('Work on it')}
          </Button>
        )}
        <Button onClick={toggle}>
          {open ? trans.__('Hide changes') : trans.__('Show changes')}
        </Button>
      </div>
      {asking && (
        <Confirm
          title={trans.__('Withdraw “%1”?', title)}
          action={trans.__('Withdraw')}
          confirm={() =>
            void model.deed.run(() => model.workspace.api.withdraw(id))
          }
          close={() => setAsking(false)}
          trans={trans}
        >
          <p>
            {trans.__(
              'Changes that nobody accepted are gone with it. What was accepted stays in the notebook.'
            )}
          </p>
        </Confirm>
      )}
      {open && <Changes {...props} />}
    </li>
  );
}

type Looked =
  | { is: 'busy' }
  | { is: 'seen'; seen: SuggestionSeen }
  | { is: 'failed'; why: string };

function Changes(props: CardProps): ReactElement {
  const { suggestion, model, trans } = props;
  const { api } = model.workspace;
  const [looked, setLooked] = useState<Looked>({ is: 'busy' });
  useEffect(() => {
    let current = true;
    api.suggestion(suggestion.id).then(
      seen => current && setLooked({ is: 'seen', seen }),
      error =>
        current && setLooked({ is: 'failed', why: failure(error).message })
    );
    return () => {
      current = false;
    };
  }, [api, suggestion]);
  const mayDecide = allows(model.role(suggestion.file), 'editor');
  const decide = (change: CellChange, accept: boolean) =>
    void model.deed.run(async () => {
      const seen = await api.decide(suggestion.id, change.id, accept);
      setLooked({ is: 'seen', seen });
    });
  if (looked.is === 'failed') {
    return <p role="alert">{looked.why}</p>;
  }
  if (looked.is === 'busy') {
    return <p role="status">{trans.__('Loading…')}</p>;
  }
  const { changes } = looked.seen;
  return (
    <ol className="jp-HubChanges" aria-label={trans.__('Changes')}>
      {changes.length === 0 && <li>{trans.__('Nothing was changed yet.')}</li>}
      {changes.map(change => (
        <Change
          key={change.id}
          {...props}
          change={change}
          decide={mayDecide && !change.decision ? decide : null}
        />
      ))}
    </ol>
  );
}

function Change(
  props: CardProps & {
    change: CellChange;
    decide: ((change: CellChange, accept: boolean) => void) | null;
  }
): ReactElement {
  const { change, decide, suggestion, actions, trans } = props;
  const { kind, cell, before, suggested, decision } = change;
  const names = {
    edited: trans.__('A cell is changed'),
    added: trans.__('A cell is added'),
    deleted: trans.__('A cell is deleted')
  };
  return (
    <li tabIndex={-1} aria-label={names[kind]}>
      <LinkButton
        onClick={() =>
          actions.openNotebook(suggestion.path, change.after ?? cell)
        }
      >
        {names[kind]}
      </LinkButton>
      <pre className="jp-HubLines">
        {lineDiff(before ?? '', suggested ?? '').map((line, index) => (
          <span key={index} className={`jp-mod-${line.kind}`}>
            {SIGN[line.kind]}
            {line.text}
          </span>
        ))}
      </pre>
      {decision && (
        <p className="jp-HubNote">
          {decision.accepted
            ? trans.__('accepted by %1', decision.by.displayName)
            : trans.__('rejected by %1', decision.by.displayName)}
        </p>
      )}
      {decide && (
        <div className="jp-HubCompose-buttons">
          <Button onClick={() => decide(change, false)}>
            {trans.__('Reject')}
          </Button>
          <Button primary onClick={() => decide(change, true)}>
            {trans.__('Accept')}
          </Button>
        </div>
      )}
    </li>
  );
}

const SIGN = { same: '  ', gone: '− ', new: '+ ' } as const;
