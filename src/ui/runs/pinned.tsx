import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Pin } from '../../api/wire';
import { FEWEST, MOST } from '../../model/compare';
import { Deed } from '../../model/deed';
import type { Pinboard, RunsModel } from '../../model/runs';
import type { Actions } from '../actions';
import { Button, LinkButton } from '../button';
import { TextField } from '../field';
import { Problem } from '../problem';
import { useStore } from '../use-store';

interface Props {
  model: RunsModel;
  actions: Actions;
  trans: TranslationBundle;
}

/** The comparison that the team looks at together. */
export function UnderDiscussion(props: Props): ReactElement | null {
  const { model, actions, trans } = props;
  const state = useStore(model.workspace.store);
  const found = state.is === 'shown' ? state.workspace.comparison : null;
  return (
    found && (
      <p className="jp-HubNote" role="status">
        {trans._n(
          '%2 compares %1 run with everyone.',
          '%2 compares %1 runs with everyone.',
          found.runs.length,
          found.by.displayName
        )}{' '}
        <LinkButton onClick={() => actions.compareRuns(found.runs)}>
          {trans.__('Open comparison')}
        </LinkButton>
      </p>
    )
  );
}

/** The runs that are pinned, oldest first. */
export function usePins(workspace: Pinboard): Pin[] {
  const state = useStore(workspace.store);
  return state.is === 'shown' ? state.workspace.pins : [];
}

/** Runs that the team talks about, and the ones that are marked. */
export function Pinned(props: Props): ReactElement | null {
  const { model, actions, trans } = props;
  const pins = usePins(model.workspace);
  const marked = useStore(model.marked);
  const compare = (ids: readonly string[]) => (
    <Button
      primary={ids === marked}
      disabled={ids.length < FEWEST || ids.length > MOST}
      onClick={() => actions.compareRuns([...ids])}
    >
      {ids === marked
        ? trans._n('Compare %1 run', 'Compare %1 runs', ids.length)
        : trans.__('Compare pinned')}
    </Button>
  );
  if (pins.length === 0 && marked.length === 0) {
    return null;
  }
  return (
    <div className="jp-HubPins">
      {marked.length > 0 && (
        <p className="jp-HubRun-do">
          {compare(marked)}
          {marked.length === 2 && (
            <Button
              onClick={() =>
                actions.compare(`run:${marked[0]}`, `run:${marked[1]}`)
              }
              title={trans.__(
                'Parameters, packages, notebook, files and weights of both'
              )}
            >
              {trans.__('Differences')}
            </Button>
          )}
          <Button onClick={() => marked.forEach(id => model.mark(id, false))}>
            {trans.__('Clear')}
          </Button>
        </p>
      )}
      {pins.length > 0 && (
        <section aria-label={trans.__('Pinned runs')}>
          <ul>
            {pins.map(pin => (
              <Pinning key={pin.run} {...props} pin={pin} />
            ))}
          </ul>
          {pins.length >= FEWEST && compare(pins.map(({ run }) => run))}
        </section>
      )}
    </div>
  );
}

/** A pinned run, and what somebody wrote beside it for everybody. */
function Pinning(props: Props & { pin: Pin }): ReactElement {
  const { pin, model, actions, trans } = props;
  const { run, note, by } = pin;
  const name = pin.name || run.slice(0, 8);
  const [text, setText] = useState<string | null>(null);
  const [deed] = useState(() => new Deed());
  const done = useStore(deed.store);
  const save = async (written: string) => {
    const { workspace } = model;
    if (await deed.run(() => workspace.pin(run, pin.name, written))) {
      setText(null);
    }
  };
  return (
    <li tabIndex={-1} aria-label={name}>
      <span aria-hidden>★</span>{' '}
      <LinkButton
        onClick={() => actions.openRun(run)}
        title={note ? undefined : trans.__('Pinned by %1', by.displayName)}
      >
        {name}
      </LinkButton>{' '}
      {text === null ? (
        <>
          {note && (
            <span className="jp-HubPins-note">
              {trans.__('%1: %2', by.displayName, note)}
            </span>
          )}{' '}
          <LinkButton
            onClick={() => setText(note)}
            label={
              note
                ? trans.__('Edit the note at %1', name)
                : trans.__('Add a note to %1', name)
            }
          >
            {note ? trans.__('Edit') : trans.__('Add note')}
          </LinkButton>
        </>
      ) : (
        <form
          className="jp-HubCompose"
          onKeyDown={event => {
            if (event.key === 'Escape') {
              event.stopPropagation();
              setText(null);
            }
          }}
          onSubmit={event => {
            event.preventDefault();
            void save(text.trim());
          }}
        >
          <TextField
            label={trans.__('Note at %1, for everyone', name)}
            value={text}
            change={setText}
            focus
          />
          <div className="jp-HubCompose-buttons">
            <Button onClick={() => setText(null)}>{trans.__('Cancel')}</Button>
            <Button primary submit>
              {trans.__('Save note')}
            </Button>
          </div>
          {done.is === 'refused' && <Problem why={done.why} trans={trans} />}
        </form>
      )}
    </li>
  );
}
