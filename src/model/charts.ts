import type { Point, Run, RunSeries } from '../api/wire';

/** How a chart is drawn. */
export interface ChartLook {
  /** 0: as logged; towards 1: ever smoother. */
  smoothing: number;
  log: boolean;
  x: 'step' | 'time';
}

export const PLAIN: ChartLook = { smoothing: 0, log: false, x: 'step' };

/** As many words along an axis can be told apart. */
const MOST_WORDS = 12;

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
export function colorOf(index: number): string {
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

/** How lines tell runs apart. */
function strokes(runs: Run[], labels: Map<string, string>): Spec {
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
    if (point.value === null) {
      return point;
    }
    last = last * smoothing + (1 - smoothing) * point.value;
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
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    width: 'container',
    height: 220,
    autosize: { type: 'fit', contains: 'padding' },
    background: 'transparent',
    data: { values },
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

/** The value of a run on an axis: a number where it is one. */
export function valueOf(run: Run, axis: string): number | string | null {
  const [kind, ...rest] = axis.split('.');
  const name = rest.join('.');
  if (kind === 'metrics') {
    return run.metrics[name] ?? null;
  }
  const text = run.params[name];
  if (text === undefined) {
    return null;
  }
  return text.trim() !== '' && Number.isFinite(Number(text))
    ? Number(text)
    : text;
}

/** Parameters and metrics of several runs as lines across parallel axes, each scaled for itself. */
export function parallelSpec(runs: Run[], axes: string[]): Spec {
  const labels = labelsOf(runs);
  const values = axes.flatMap(axis => {
    const place = placesOn(runs, axis);
    return runs.flatMap(run => {
      const value = valueOf(run, axis);
      const y = value === null ? undefined : place.get(value);
      return y === undefined
        ? []
        : [
            {
              run: labels.get(run.id),
              axis: shortName(axis),
              y,
              value: String(value)
            }
          ];
    });
  });
  const names = axes.map(shortName);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    width: 'container',
    height: 260,
    autosize: { type: 'fit', contains: 'padding' },
    background: 'transparent',
    data: { values },
    layer: [
      { mark: { type: 'rule', color: '#9e9e9e' } },
      {
        mark: { type: 'line', point: true, tooltip: true, opacity: 0.8 },
        encoding: {
          y: { field: 'y', type: 'quantitative', axis: null },
          ...strokes(runs, labels),
          detail: { field: 'run', type: 'nominal' },
          tooltip: [
            { field: 'run', type: 'nominal' },
            { field: 'axis', type: 'nominal' },
            { field: 'value', type: 'nominal' }
          ]
        }
      },
      {
        data: { values: axes.flatMap(axis => ticksOn(runs, axis)) },
        mark: { type: 'text', align: 'left', dx: 6, limit: 110 },
        encoding: {
          y: { field: 'y', type: 'quantitative', axis: null },
          text: { field: 'tick', type: 'nominal' }
        }
      }
    ],
    encoding: {
      x: {
        field: 'axis',
        type: 'nominal',
        sort: names,
        title: null,
        axis: { labelAngle: 0, labelLimit: 120 }
      }
    }
  };
}

/** From 0 to 1, where the values of the runs lie on an axis. */
function placesOn(runs: Run[], axis: string): Map<number | string, number> {
  const values = runs
    .map(run => valueOf(run, axis))
    .filter(value => value !== null);
  const numbers = values.filter(value => typeof value === 'number');
  if (numbers.length === values.length) {
    const low = Math.min(...numbers);
    const span = Math.max(...numbers) - low;
    return new Map(numbers.map(one => [one, span ? (one - low) / span : 0.5]));
  }
  const words = [...new Set(values.map(String))].sort();
  return new Map(
    values.map(one => [
      one,
      words.length > 1 ? words.indexOf(String(one)) / (words.length - 1) : 0.5
    ])
  );
}

/** What stands along an axis: the lowest and the highest number, or the words. */
function ticksOn(
  runs: Run[],
  axis: string
): { axis: string; y: number; tick: string }[] {
  const places = [...placesOn(runs, axis)].sort(([, a], [, b]) => a - b);
  const isNumbers = places.every(([value]) => typeof value === 'number');
  const ticks = isNumbers
    ? places.filter((_, i) => i === 0 || i === places.length - 1)
    : places.slice(0, MOST_WORDS);
  return ticks.map(([value, y]) => ({
    axis: shortName(axis),
    y,
    tick: String(
      typeof value === 'number' ? Number(value.toPrecision(4)) : value
    )
  }));
}

/** *axis* without its kind. */
function shortName(axis: string): string {
  return axis.replace(/^(metrics|params)\./, '');
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
