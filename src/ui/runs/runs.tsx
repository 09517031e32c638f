import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Run, TrackingState } from '../../api/wire';
import type { RunsModel, RunsState } from '../../model/runs';
import type { Actions } from '../actions';
import { Button, LinkButton } from '../button';
import { exactText, numberText, whenText } from '../format';
import { Busy, Empty, Problem } from '../problem';
import { useStore } from '../use-store';
import { Status } from './status';

export interface RunsProps {
  model: RunsModel;
  actions: Actions;
  trans: TranslationBundle;
}

const TRACK =
  'import mlflow\nwith mlflow.start_run():\n    mlflow.log_metric("accuracy", 0.9)';

/** The live table of runs. */
export function Runs(props: RunsProps): ReactElement {
  const { model, trans } = props;
  const { thisNotebookOnly, notebook } = useStore(model.filter);
  const state = useStore(model.store);
  return (
    <>
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
      <p className="jp-HubStatus" role="status" aria-live="polite">
        {state.is === 'listed' &&
          trans._n('%1 run', '%1 runs', state.runs.length)}
        {state.is === 'busy' && trans.__('Loading…')}
      </p>
      <Listed {...props} state={state} />
    </>
  );
}

function Listed(props: RunsProps & { state: RunsState }): ReactElement {
  const { model, state, trans, actions } = props;
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
      {state.runs.length === 0 ? (
        <NoRuns trans={trans} />
      ) : (
        <table className="jp-HubTable jp-HubRuns">
          <caption className="jp-HubHidden">{trans.__('Runs')}</caption>
          <thead>
            <tr>
              <th scope="col">{trans.__('Run')}</th>
              <th scope="col">{trans.__('Metrics')}</th>
            </tr>
          </thead>
          <tbody>
            {state.runs.map(run => (
              <Row key={run.id} run={run} actions={actions} trans={trans} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
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

function Row(props: {
  run: Run;
  actions: Actions;
  trans: TranslationBundle;
}): ReactElement {
  const { run, actions, trans } = props;
  const metrics = Object.entries(run.metrics);
  return (
    <tr>
      <th scope="row">
        <LinkButton onClick={() => actions.openRun(run.id)}>
          {run.name}
        </LinkButton>
        <p>
          <Status status={run.status} trans={trans} />
        </p>
        <p className="jp-HubModel-when">
          {run.user} ·{' '}
          <time dateTime={run.startedAt} title={exactText(run.startedAt)}>
            {whenText(run.startedAt)}
          </time>
        </p>
      </th>
      <td>
        <ul className="jp-HubValues">
          {metrics.slice(0, 3).map(([name, value]) => (
            <li key={name}>
              <span title={name}>{name}</span> <b>{numberText(value)}</b>
            </li>
          ))}
          {metrics.length > 3 && (
            <li>{trans.__('and %1 more', metrics.length - 3)}</li>
          )}
        </ul>
        {run.hasModel && run.status !== 'running' && (
          <Button
            onClick={() => actions.publish(run)}
            label={trans.__('Publish %1…', run.name)}
          >
            {trans.__('Publish…')}
          </Button>
        )}
      </td>
    </tr>
  );
}
