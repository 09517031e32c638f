import type { NotFinite, Point, Run, RunSeries } from '../api/wire';
import { drawable } from './numbers';

/** How a chart is drawn. */
export interface ChartLook {
  /** 0: as logged; towards 1: ever smoother. */
  smoothing: number;
  log: boolean;
  x: 'step' | 'time';
}

export const PLAIN: ChartLook = { smoothing: 0, log: false, x: 'step' };

/** A Vega-Lite specification. */
export type Spec = { [key: string]: unknown };

const COLORS = [
  '#1976d2',
  '#e65100',
  '#388e3c',
  '#d32f2f',
  '#9c4dcc',
  '#00838f',
  '#9e6b00',
  '#d81b60',
  '#607d8b',
  '#8d6e63'
];

/** The colour of the run at *index*, seen well on light and on dark; the same in all charts and tables of a page. */
function colorOf(index: number): string {
  return COLORS[index % COLORS.length] ?? '#1976d2';
}

/** Lines of the run at *index*: once all colours are taken they come again, broken. */
function dashOf(index: number): number[] {
  return index < COLORS.length ? [1, 0] : [5, 3];
}

/** What stands before the name of the run at *index*, as CSS: its colour, striped where its lines are broken. */
export function swatchOf(index: number): string {
  const color = colorOf(index);
  return index < COLORS.length
    ? color
    : `repeating-linear-gradient(90deg, ${color} 0 4px, transparent 4px 6px)`;
}

/** What all our charts share: as wide as their place, *height* pixels high, of *values*. */
export function framed(values: object[], height: number): Spec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    width: 'container',
    height,
    autosize: { type: 'fit', contains: 'padding' },
    background: 'transparent',
    data: { values }
  };
}

/** How lines tell runs apart. */
export function strokes(runs: Run[], labels: Map<string, string>): Spec {
  const domain = runs.map(({ id }) => labels.get(id));
  const scaled = (range: unknown[]) => ({
    field: 'run',
    type: 'nominal',
    title: null,
    legend: null,
    scale: { domain, range }
  });
  return {
    color: scaled(runs.map((_, index) => colorOf(index))),
    strokeDash: scaled(runs.map((_, index) => dashOf(index)))
  };
}

/** An exponential moving average that does not begin at zero; what is no number stays a gap. */
export function smoothed(points: Point[], smoothing: number): Point[] {
  let last = 0;
  let weight = 0;
  return points.map(point => {
    const value = drawable(point.value);
    if (value === null) {
      return point;
    }
    last = last * smoothing + (1 - smoothing) * value;
    weight = weight * smoothing + (1 - smoothing);
    return { ...point, value: last / weight };
  });
}

/** Names by which runs are told apart: two of one name get the beginning of their ids. */
export function labelsOf(runs: Run[]): Map<string, string> {
  const count = new Map<string, number>();
  for (const { name } of runs) {
    count.set(name, (count.get(name) ?? 0) + 1);
  }
  return new Map(
    runs.map(({ id, name }) => [
      id,
      (count.get(name) ?? 0) > 1 ? `${name} (${id.slice(0, 4)})` : name
    ])
  );
}

/** One metric of several runs as lines. */
export function lineSpec(
  metric: string,
  runs: Run[],
  series: RunSeries[],
  look: ChartLook
): Spec {
  const labels = labelsOf(runs);
  const known = runs.filter(({ id }) =>
    series.some(one => one.run === id && one.metric === metric)
  );
  const values = known.flatMap(run =>
    series
      .filter(one => one.run === run.id && one.metric === metric)
      .flatMap(({ points }) =>
        smoothed(points, look.smoothing)
          .map(point => ({ ...point, value: drawable(point.value) }))
          .filter(({ value }) => value !== null && (!look.log || value > 0))
          .map(({ step, at, value }) => ({
            run: labels.get(run.id),
            step,
            seconds: (Date.parse(at) - Date.parse(run.startedAt)) / 1000,
            value
          }))
      )
  );
  const time = look.x === 'time';
  return {
    ...framed(values, 220),
    mark: { type: 'line', point: values.length < 60, tooltip: true },
    encoding: {
      x: {
        field: time ? 'seconds' : 'step',
        type: 'quantitative'
      },
      y: {
        field: 'value',
        type: 'quantitative',
        title: metric,
        scale: { type: look.log ? 'log' : 'linear', zero: false }
      },
      ...strokes(runs, labels),
      tooltip: [
        { field: 'run', type: 'nominal' },
        { field: 'step', type: 'quantitative' },
        { field: 'value', type: 'quantitative', title: metric }
      ]
    }
  };
}

/** Where the line of a run is broken: it logged what is no finite number. */
export interface Broken {
  run: string;
  value: NotFinite;
  step: number;
}

/** The first such value of each run that has one, as no line shows it. */
export function brokenIn(
  metric: string,
  runs: Run[],
  series: RunSeries[]
): Broken[] {
  const labels = labelsOf(runs);
  return series
    .filter(one => one.metric === metric)
    .flatMap(({ run, points }) => {
      const label = labels.get(run);
      for (const { step, value } of points) {
        if (label !== undefined && typeof value !== 'number') {
          return [{ run: label, value, step }];
        }
      }
      return [];
    });
}

/** A parameter and what each run has for it. */
export interface Difference {
  name: string;
  values: (string | null)[];
  differs: boolean;
}

/** All parameters of the runs, those that differ first. */
export function differences(runs: Run[]): Difference[] {
  const names = [...new Set(runs.flatMap(({ params }) => Object.keys(params)))];
  return names
    .sort()
    .map(name => {
      const values = runs.map(({ params }) => params[name] ?? null);
      return { name, values, differs: new Set(values).size > 1 };
    })
    .sort((a, b) => Number(b.differs) - Number(a.differs));
}

/** Metrics of the runs by how many have them. */
export function metricsOf(runs: Run[]): string[] {
  const count = new Map<string, number>();
  for (const name of runs.flatMap(({ metrics }) => Object.keys(metrics))) {
    count.set(name, (count.get(name) ?? 0) + 1);
  }
  return [...count]
    .sort(([a, m], [b, n]) => n - m || a.localeCompare(b))
    .map(([name]) => name);
}

/** *series* with the newest value of *run*, as an event told it; the whole is asked for later. */
export function extended(series: RunSeries[], run: Run): RunSeries[] {
  const at = new Date().toISOString();
  return series.map(one => {
    const value = run.metrics[one.metric];
    const last = one.points[one.points.length - 1];
    if (one.run !== run.id || value === undefined || run.step === null) {
      return one;
    }
    if (last && (last.step > run.step || last.value === value)) {
      return one;
    }
    const point: Point = { step: run.step, at, value };
    const before =
      last?.step === run.step ? one.points.slice(0, -1) : one.points;
    return { ...one, points: [...before, point] };
  });
}
