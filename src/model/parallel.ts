import type { Run } from '../api/wire';
import type { Spec } from './charts';
import { framed, labelsOf, strokes } from './charts';
import { drawable } from './numbers';

/** As many words along an axis can be told apart. */
const MOST_WORDS = 12;

/** The value of a run on an axis: a number where it is one. */
export function valueOf(run: Run, axis: string): number | string | null {
  const [kind, ...rest] = axis.split('.');
  const name = rest.join('.');
  if (kind === 'metrics') {
    const value = run.metrics[name];
    return value === undefined ? null : drawable(value);
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
    ...framed(values, 260),
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
        mark: {
          type: 'text',
          align: 'left',
          baseline: 'bottom',
          dx: 6,
          dy: -3,
          limit: 110
        },
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
