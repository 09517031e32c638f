import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useMemo, useState } from 'react';
import type { NotFinite, Point, RunPage } from '../../api/wire';
import type { ArtifactsModel } from '../../model/artifacts';
import { PLAIN } from '../../model/charts';
import { drawable } from '../../model/numbers';
import type { RunModel } from '../../model/run';
import type { Actions } from '../actions';
import { Button, LinkButton } from '../button';
import { LineChart } from '../chart';
import { Looks, MetricChart } from '../compare/page';
import { durationText, numberText } from '../format';
import { Busy, Empty, Problem } from '../problem';
import { Status } from '../runs/status';
import { Progress, Warnings } from '../runs/warnings';
import { useStore } from '../use-store';
import type { MakeDrawing } from '../vega';
import { When } from '../when';
import { Artifacts } from './artifacts';
import { Energy } from './energy';
import { Note } from './note';
import { Params } from './params';

export interface RunPageProps {
  model: RunModel;
  artifacts: ArtifactsModel;
  make: MakeDrawing;
  saveNote: (text: string) => Promise<void>;
  actions: Actions;
  trans: TranslationBundle;
}

/** One run: its metrics as they went, its parameters, where it was made. */
export function RunView(props: RunPageProps): ReactElement {
  const { model, trans } = props;
  const state = useStore(model.store);
  switch (state.is) {
    case 'busy':
      return <Busy label={trans.__('Loading the run')} lines={6} />;
    case 'gone':
      return (
        <Empty title={trans.__('This run was deleted.')}>
          <p>{trans.__('You may close this page.')}</p>
        </Empty>
      );
    case 'failed':
      return (
        <Problem why={state.why} trans={trans} retry={() => model.refresh()} />
      );
    case 'shown':
      return <Shown {...props} page={state.page} />;
  }
}

function Shown(props: RunPageProps & { page: RunPage }): ReactElement {
  const { page, trans } = props;
  const { run, history } = page;
  const metrics = Object.entries(run.metrics).sort(([a], [b]) =>
    a.localeCompare(b, undefined, { numeric: true })
  );
  return (
    <article aria-label={trans.__('Run %1', run.name)}>
      <Head {...props} />
      <section aria-label={trans.__('Metrics')}>
        <h2>{trans.__('Metrics')}</h2>
        {metrics.length === 0 && (
          <Empty title={trans.__('Nothing was measured yet.')} />
        )}
        <div className="jp-HubTrends">
          {metrics.map(([name, value]) => (
            <MetricCard
              key={name}
              name={name}
              value={value}
              points={history[name] ?? []}
              trans={trans}
            />
          ))}
        </div>
        <FullCharts {...props} />
      </section>
      <Note note={run.note} save={props.saveNote} trans={trans} />
      <Params params={run.params} trans={trans} />
      <Artifacts
        model={props.artifacts}
        link={props.actions.link}
        trans={trans}
      />
    </article>
  );
}

/** Every metric in full: smoothed, on a log scale, against steps or time. */
function FullCharts(
  props: RunPageProps & { page: RunPage }
): ReactElement | null {
  const { page, make, trans } = props;
  const { run, history } = page;
  const [look, setLook] = useState(PLAIN);
  const [isOpen, setOpen] = useState(false);
  const series = useMemo(
    () =>
      Object.entries(history).map(([metric, points]) => ({
        run: run.id,
        metric,
        points
      })),
    [history, run.id]
  );
  const runs = useMemo(() => [run], [run]);
  const drawn = series.filter(({ points }) => points.length > 1);
  if (drawn.length === 0) {
    return null;
  }
  return (
    <details
      className="jp-HubColumns"
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>{trans.__('Full charts')}</summary>
      {isOpen && (
        <>
          <Looks
            look={look}
            change={change => setLook({ ...look, ...change })}
            trans={trans}
          />
          <div className="jp-HubCharts">
            {drawn.map(({ metric }) => (
              <MetricChart
                key={metric}
                metric={metric}
                runs={runs}
                series={series}
                look={look}
                make={make}
                trans={trans}
              />
            ))}
          </div>
        </>
      )}
    </details>
  );
}

function Head(props: RunPageProps & { page: RunPage }): ReactElement {
  const { page, actions, trans } = props;
  const { run } = page;
  const { notebook } = run;
  return (
    <header className="jp-HubPage-head">
      <div className="jp-HubPage-title">
        <h1>{run.name}</h1>
        <Status run={run} trans={trans} />
        <Progress run={run} trans={trans} />
      </div>
      <Warnings run={run} trans={trans} />
      <Energy run={run} trans={trans} />
      {run.stoppedBy !== null && (
        <p className="jp-HubNote">{trans.__('Stopped by %1', run.stoppedBy)}</p>
      )}
      <p className="jp-HubModel-when">
        {run.user} · {run.experiment} · <When at={run.startedAt} />
        {run.endedAt && ` · ${durationText(run.startedAt, run.endedAt)}`}
      </p>
      <div className="jp-HubPage-code">
        {run.hasModel && (
          <Button primary onClick={() => actions.publish(run)}>
            {trans.__('Publish…')}
          </Button>
        )}
        {notebook && (
          <LinkButton
            onClick={() => actions.openNotebook(notebook, run.cell)}
            title={trans.__(
              'Go to the cell in %1 that made this run',
              notebook
            )}
          >
            {notebook.split('/').pop()}
          </LinkButton>
        )}
        {notebook && (
          <LinkButton
            onClick={() => actions.openAsItWas(run)}
            title={trans.__('The notebook as it was when this run began')}
          >
            {trans.__('As it was')}
          </LinkButton>
        )}
        <Button
          onClick={() => actions.comment('run', run.id)}
          title={trans.__('Say something about this run to everybody')}
        >
          {trans.__('Comment')}
        </Button>
        {run.status === 'running' && run.kernel !== null && (
          <Button onClick={() => actions.stopRun(run)}>
            {trans.__('Stop…')}
          </Button>
        )}
      </div>
      {!run.hasModel && run.status !== 'running' && (
        <p className="jp-HubNote">
          {trans.__(
            'This run logged no model, so there is nothing to publish. Log one with mlflow.<flavor>.log_model(…).'
          )}
        </p>
      )}
    </header>
  );
}

function MetricCard(props: {
  name: string;
  value: number | NotFinite;
  points: Point[];
  trans: TranslationBundle;
}): ReactElement {
  const { name, value, points, trans } = props;
  const first = points[0];
  const last = points[points.length - 1];
  return (
    <figure>
      <figcaption>
        {name} <b>{numberText(value)}</b>
      </figcaption>
      {first && last && points.length > 1 && (
        <LineChart
          label={trans.__(
            '%1 goes from %2 at step %3 to %4 at step %5',
            name,
            numberText(first.value),
            first.step,
            numberText(last.value),
            last.step
          )}
          firstTick={trans.__('step %1', first.step)}
          lastTick={trans.__('step %1', last.step)}
          spots={points.map(({ step, value: y }) => ({
            x: step,
            y: drawable(y)
          }))}
          marks={points
            .filter(({ value: y }) => drawable(y) === null)
            .map(({ step }) => step)}
        />
      )}
    </figure>
  );
}
