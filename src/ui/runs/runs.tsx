import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement, RefObject } from 'react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Run, TrackingState } from '../../api/wire';
import type { RunsModel, RunsState } from '../../model/runs';
import type { Actions } from '../actions';
import { numberText } from '../format';
import { Busy, Empty, Problem } from '../problem';
import { useStore } from '../use-store';
import { Pinned, UnderDiscussion, usePins } from './pinned';
import { Row } from './row';
import { Groups, RunSearch, RunTools } from './tools';

export interface RunsProps {
  model: RunsModel;
  actions: Actions;
  trans: TranslationBundle;
}

const TRACK =
  'import mlflow\nwith mlflow.start_run():\n    mlflow.log_metric("accuracy", 0.9)';
/** All rows are of this height, so that one knows which are in view. */
const ROW_PX = 116;
const AROUND = 6;

/** The live table of runs. */
export function Runs(props: RunsProps): ReactElement {
  const { model, trans } = props;
  const { thisNotebookOnly, notebook } = useStore(model.filter);
  const state = useStore(model.store);
  return (
    <>
      <RunSearch model={model} trans={trans} />
      <label className="jp-HubCheck">
        <input
          type="checkbox"
          checked={thisNotebookOnly}
          onChange={event =>
            model.show({ thisNotebookOnly: event.target.checked })
          }
        />
        <span>
          {trans.__('This notebook only')}
          {thisNotebookOnly && !notebook && ` (${trans.__('none is open')})`}
        </span>
      </label>
      {state.is === 'listed' && (
        <RunTools model={model} columns={state.columns} trans={trans} />
      )}
      <p className="jp-HubStatus" role="status" aria-live="polite">
        {state.is === 'listed' && trans._n('%1 run', '%1 runs', state.total)}
        {state.is === 'busy' && trans.__('Loading…')}
      </p>
      <UnderDiscussion {...props} />
      <Pinned {...props} />
      <Groups model={model} trans={trans} number={numberText} />
      <Listed {...props} state={state} />
    </>
  );
}

function Listed(props: RunsProps & { state: RunsState }): ReactElement {
  const { model, state, trans } = props;
  const { text } = useStore(model.filter);
  if (state.is === 'busy') {
    return <Busy label={trans.__('Loading runs')} />;
  }
  if (state.is === 'failed') {
    return (
      <Problem why={state.why} trans={trans} retry={() => model.refresh()} />
    );
  }
  return (
    <>
      <Tracking
        {...state.tracking}
        retry={() => model.refresh()}
        trans={trans}
      />
      {state.total > 0 ? (
        <Rows {...props} state={state} />
      ) : text ? (
        <Empty title={trans.__('No run is like that.')}>
          <p>{trans.__('Ask for less, or clear the filter.')}</p>
        </Empty>
      ) : (
        <NoRuns trans={trans} />
      )}
    </>
  );
}

/**
 * Only the rows in view stand in the page, whatever the length of the list. Each is drawn as a block, so that names
 * have the whole width of a narrow panel: the roles say what the tags then no longer do.
 */
function Rows(
  props: RunsProps & { state: Extract<RunsState, { is: 'listed' }> }
): ReactElement {
  const { model, state, actions, trans } = props;
  const { workspace } = model;
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, last } = useView(body, state.total, model);
  const columns = useStore(model.columns);
  const sparks = useStore(model.sparks.store);
  const marked = useStore(model.marked);
  const pins = usePins(workspace);
  const mark = useCallback(
    (run: string, is: boolean) => model.mark(run, is),
    [model]
  );
  const pin = useCallback(
    (run: Run, is: boolean) =>
      void (is ? workspace.pin(run.id, run.name, '') : workspace.unpin(run.id)),
    [workspace]
  );
  const places = Array.from({ length: last - first }, (_, i) => first + i);
  return (
    <table
      role="table"
      className="jp-HubTable jp-HubRuns"
      aria-rowcount={state.total + 1}
    >
      <caption className="jp-HubHidden">{trans.__('Runs')}</caption>
      <thead role="rowgroup" className="jp-HubHidden">
        <tr role="row">
          <th scope="col" role="columnheader">
            {trans.__('Run')}
          </th>
          <th scope="col" role="columnheader">
            {trans.__('Metrics')}
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup" ref={body}>
        <Space rows={first} />
        {places.map(place => {
          const run = state.rows.get(place);
          return run ? (
            <Row
              key={run.id}
              run={run}
              place={place + 1}
              columns={columns}
              spark={sparks.get(run.id)}
              metric={model.metric}
              marked={marked.includes(run.id)}
              pinned={pins.some(one => one.run === run.id)}
              mark={mark}
              pin={pin}
              actions={actions}
              trans={trans}
            />
          ) : (
            <tr key={place} role="row" aria-busy="true">
              <td role="cell" colSpan={2}>
                {trans.__('Loading…')}
              </td>
            </tr>
          );
        })}
        <Space rows={state.total - last} />
      </tbody>
    </table>
  );
}

function Space(props: { rows: number }): ReactElement | null {
  return props.rows > 0 ? (
    <tr aria-hidden className="jp-HubSpace">
      <td colSpan={2} style={{ height: props.rows * ROW_PX }} />
    </tr>
  ) : null;
}

/** Which rows are in view, and a few around them. */
function useView(
  body: RefObject<HTMLElement>,
  total: number,
  model: RunsModel
): { first: number; last: number } {
  const [view, setView] = useState({ first: 0, last: 30 });
  useEffect(() => {
    const scroller = body.current?.closest('.jp-HubTabPanel');
    const look = () => {
      if (!body.current || !scroller) {
        return;
      }
      const top =
        scroller.getBoundingClientRect().top -
        body.current.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(top / ROW_PX) - AROUND);
      const count = Math.ceil(scroller.clientHeight / ROW_PX) + 2 * AROUND;
      const last = first + Math.max(count, 20);
      setView(now =>
        now.first === first && now.last === last ? now : { first, last }
      );
    };
    look();
    scroller?.addEventListener('scroll', look, { passive: true });
    return () => scroller?.removeEventListener('scroll', look);
  }, [body, total]);
  const first = Math.min(view.first, Math.max(0, total - 1));
  const last = Math.min(view.last, total);
  useEffect(() => model.see(first, last), [model, first, last]);
  return { first, last };
}

function Tracking(
  props: TrackingState & { retry: () => void; trans: TranslationBundle }
): ReactElement | null {
  const { state, detail, retry, trans } = props;
  if (state === 'failed') {
    const why = { code: 'TrackingUnavailable', message: detail };
    return <Problem why={why} trans={trans} retry={retry} />;
  }
  if (state === 'starting') {
    return (
      <p className="jp-HubNote">
        {detail || trans.__('The MLflow server is starting…')}
      </p>
    );
  }
  return null;
}

function NoRuns(props: { trans: TranslationBundle }): ReactElement {
  const { trans } = props;
  return (
    <Empty title={trans.__('No runs yet.')}>
      <p>{trans.__('Track one from a cell; it shows here while it trains:')}</p>
      <pre>
        <code>{TRACK}</code>
      </pre>
    </Empty>
  );
}
