import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useMemo } from 'react';
import type { Run, RunSeries } from '../../api/wire';
import type { ChartLook } from '../../model/charts';
import {
  brokenIn,
  differences,
  labelsOf,
  lineSpec,
  metricsOf,
  swatchOf
} from '../../model/charts';
import type { CompareModel } from '../../model/compare';
import { parallelSpec } from '../../model/parallel';
import type { Actions } from '../actions';
import { LinkButton } from '../button';
import { SelectField } from '../field';
import { numberText } from '../format';
import { Busy, Problem } from '../problem';
import { Status } from '../runs/status';
import { Progress, Warnings } from '../runs/warnings';
import { useStore } from '../use-store';
import type { MakeDrawing } from '../vega';
import { Vega } from '../vega';
import { Discussion } from './discussion';
import { Metrics, Params } from './tables';

export interface ComparePageProps {
  model: CompareModel;
  actions: Actions;
  make: MakeDrawing;
  trans: TranslationBundle;
}

type Shown = ComparePageProps & { runs: Run[]; series: RunSeries[] };

const MOST_AXES = 8;

/** Several runs beside each other. */
export function ComparePage(props: ComparePageProps): ReactElement {
  const { model, trans } = props;
  const state = useStore(model.store);
  switch (state.is) {
    case 'busy':
      return <Busy label={trans.__('Loading runs')} lines={6} />;
    case 'failed':
      return (
        <Problem why={state.why} trans={trans} retry={() => model.refresh()} />
      );
    case 'shown':
      return (
        <article aria-label={trans.__('Comparison of runs')}>
          <h1>{trans._n('%1 run', '%1 runs', state.runs.length)}</h1>
          <Discussion model={model} trans={trans} />
          <Legend {...props} {...state} />
          <Charts {...props} {...state} />
          <Parallel {...props} {...state} />
          <Metrics {...props} {...state} />
          <Params {...props} {...state} />
        </article>
      );
  }
}

function Legend(props: Shown): ReactElement {
  const { runs, actions, trans } = props;
  const labels = labelsOf(runs);
  return (
    <ul className="jp-HubLegend" aria-label={trans.__('Runs')}>
      {runs.map((run, index) => (
        <li key={run.id}>
          <span
            className="jp-HubSwatch"
            style={{ background: swatchOf(index) }}
            aria-hidden
          />
          <LinkButton onClick={() => actions.openRun(run.id)}>
            {labels.get(run.id)}
          </LinkButton>{' '}
          <Status run={run} trans={trans} />{' '}
          <Progress run={run} trans={trans} /> {run.user}
          <Warnings run={run} trans={trans} />
        </li>
      ))}
    </ul>
  );
}

/** What smooths, scales and labels all charts of a page. */
export function Looks(props: {
  look: ChartLook;
  change: (change: Partial<ChartLook>) => void;
  trans: TranslationBundle;
}): ReactElement {
  const { look, change, trans } = props;
  return (
    <div className="jp-HubRunTools">
      <label>
        {trans.__('Smoothing')}{' '}
        <input
          type="range"
          min={0}
          max={0.99}
          step={0.01}
          value={look.smoothing}
          onChange={event => change({ smoothing: Number(event.target.value) })}
        />{' '}
        {look.smoothing.toFixed(2)}
      </label>
      <label className="jp-HubCheck">
        <input
          type="checkbox"
          checked={look.log}
          onChange={event => change({ log: event.target.checked })}
        />
        <span>{trans.__('Log scale')}</span>
      </label>
      <SelectField
        label={trans.__('Against')}
        value={look.x}
        options={[
          { value: 'step', label: trans.__('steps') },
          { value: 'time', label: trans.__('time') }
        ]}
        change={x => change({ x })}
      />
    </div>
  );
}

function Charts(props: Shown): ReactElement {
  const { model, runs, series, make, trans } = props;
  const drawn = useStore(model.drawn);
  const toggle = (name: string, is: boolean) =>
    model.draw({
      metrics: is
        ? [...drawn.metrics, name]
        : drawn.metrics.filter(one => one !== name)
    });
  return (
    <section aria-label={trans.__('Charts')}>
      <h2>{trans.__('Charts')}</h2>
      <Looks look={drawn} change={change => model.draw(change)} trans={trans} />
      <details className="jp-HubColumns">
        <summary>{trans.__('Metrics')}</summary>
        <fieldset>
          <legend className="jp-HubHidden">{trans.__('Metrics')}</legend>
          {metricsOf(runs).map(name => (
            <label key={name} className="jp-HubCheck">
              <input
                type="checkbox"
                checked={drawn.metrics.includes(name)}
                onChange={event => toggle(name, event.target.checked)}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
      </details>
      <div className="jp-HubCharts">
        {drawn.metrics.map(metric => (
          <MetricChart
            key={metric}
            metric={metric}
            runs={runs}
            series={series}
            look={drawn}
            make={make}
            trans={trans}
          />
        ))}
      </div>
    </section>
  );
}

/** One metric of the runs, as lines. */
export function MetricChart(props: {
  metric: string;
  runs: Run[];
  series: RunSeries[];
  look: ChartLook;
  make: MakeDrawing;
  trans: TranslationBundle;
}): ReactElement {
  const { metric, runs, series, look, make, trans } = props;
  const { smoothing, log, x } = look;
  const spec = useMemo(
    () => lineSpec(metric, runs, series, { smoothing, log, x }),
    [metric, runs, series, smoothing, log, x]
  );
  const broken = useMemo(
    () => brokenIn(metric, runs, series),
    [metric, runs, series]
  );
  return (
    <figure>
      <figcaption>
        {metric}
        {broken.map(({ run, value, step }) => (
          <span key={run} className="jp-HubNote">
            {' · '}
            {trans.__('%1: %2 at step %3', run, numberText(value), step)}
          </span>
        ))}
      </figcaption>
      <Vega
        spec={spec}
        make={make}
        label={trans.__('%1 of %2 runs as lines', metric, runs.length)}
      />
    </figure>
  );
}

function Parallel(props: Shown): ReactElement | null {
  const { model, runs, make, trans } = props;
  const { metrics } = useStore(model.drawn);
  const axes = useMemo(
    () =>
      [
        ...differences(runs)
          .filter(({ differs }) => differs)
          .map(({ name }) => `params.${name}`)
          .slice(0, MOST_AXES - Math.min(3, metrics.length)),
        ...metrics.slice(0, 3).map(name => `metrics.${name}`)
      ].slice(0, MOST_AXES),
    [runs, metrics]
  );
  const spec = useMemo(() => parallelSpec(runs, axes), [runs, axes]);
  if (axes.length < 2) {
    return null;
  }
  return (
    <section aria-label={trans.__('Parallel coordinates')}>
      <h2>{trans.__('Parallel coordinates')}</h2>
      <Vega
        spec={spec}
        make={make}
        label={trans.__(
          'Parameters and metrics of the runs across %1 axes',
          axes.length
        )}
      />
    </section>
  );
}
