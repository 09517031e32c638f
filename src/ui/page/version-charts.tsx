import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type {
  Metric,
  MetricHistory,
  MetricPoint,
  MetricSeries,
  Version
} from '../../api/wire';
import { LineChart } from '../chart';
import { numberText } from '../format';

/** A metric on what it was measured on: one series over the versions. */
export interface Column {
  name: string;
  dataset: string | null;
  split: string | null;
  /** The name; with what it was measured on, where several have that name. */
  label: string;
}

type Series = Pick<Column, 'name' | 'dataset' | 'split'>;

/** Is it the same series? */
export function isSame(a: Series, b: Series): boolean {
  return a.name === b.name && a.dataset === b.dataset && a.split === b.split;
}

/** What a column shows of a version. */
export function metricOf(version: Version, column: Series): Metric | undefined {
  return version.metrics.find(metric => isSame(metric, column));
}

/** How each metric went over the versions; nothing to see before the second one. */
export function Trends(props: {
  versions: Version[];
  columns: Column[];
  history: MetricHistory | null;
  trans: TranslationBundle;
}): ReactElement | null {
  const { columns, history, trans } = props;
  const oldestFirst = [...props.versions].reverse();
  const first = oldestFirst[0]?.tag ?? '';
  const last = oldestFirst[oldestFirst.length - 1]?.tag ?? '';
  if (oldestFirst.length < 2 || columns.length === 0) {
    return null;
  }
  return (
    <div className="jp-HubTrends">
      {columns.slice(0, 3).map(column => (
        <figure key={column.label}>
          <figcaption>{column.label}</figcaption>
          <LineChart
            label={trans.__('%1 from %2 to %3', column.label, first, last)}
            firstTick={first}
            lastTick={last}
            spots={oldestFirst.map((version, x) => ({
              x,
              y: metricOf(version, column)?.value ?? null
            }))}
            marks={oldestFirst.flatMap(({ tag }, x) =>
              fallsOf(history, column).some(point => point.tag === tag)
                ? [x]
                : []
            )}
          />
          {fallsOf(history, column).map(point => (
            <p key={point.tag} className="jp-HubStatus">
              {fallText(point, trans)}
            </p>
          ))}
        </figure>
      ))}
    </div>
  );
}

/** Every metric over the versions, one for each data set it was measured on. */
export function AllMetrics(props: {
  history: MetricHistory;
  trans: TranslationBundle;
}): ReactElement {
  const { history, trans } = props;
  return (
    <details>
      <summary>{trans.__('All metrics over versions')}</summary>
      <div className="jp-HubTrends">
        {history.series.map((series, index) => {
          const { name, dataset, split, unit, points } = series;
          const first = points[0]?.tag ?? '';
          const last = points[points.length - 1]?.tag ?? '';
          return (
            <figure key={index}>
              <figcaption>
                {[unit ? `${name} (${unit})` : name, dataset, split]
                  .filter(Boolean)
                  .join(' · ')}
              </figcaption>
              <LineChart
                label={trans.__('%1 from %2 to %3', name, first, last)}
                firstTick={first}
                lastTick={last}
                spots={points.map(({ value }, x) => ({ x, y: value }))}
                marks={points.flatMap((point, x) =>
                  point.isRegression ? [x] : []
                )}
              />
              <p className="jp-HubStatus">
                {directionOf(series, trans)} · {sourceOf(points, trans)}
              </p>
              {points
                .filter(point => point.isRegression)
                .map(point => (
                  <p key={point.tag} className="jp-HubStatus">
                    {fallText(point, trans)}
                  </p>
                ))}
            </figure>
          );
        })}
      </div>
    </details>
  );
}

function directionOf(series: MetricSeries, trans: TranslationBundle): string {
  if (series.higherIsBetter === null) {
    return trans.__('direction not known');
  }
  return series.higherIsBetter
    ? trans.__('higher is better')
    : trans.__('lower is better');
}

function sourceOf(points: MetricPoint[], trans: TranslationBundle): string {
  const words = {
    card: trans.__('from the card'),
    run: trans.__('from the run'),
    evaluation: trans.__('from an evaluation')
  };
  return [...new Set(points.map(({ source }) => words[source]))].join(', ');
}

/** The versions in which a metric fell by more than chance. */
function fallsOf(history: MetricHistory | null, column: Series): MetricPoint[] {
  return (history?.series ?? [])
    .filter(series => isSame(series, column))
    .flatMap(({ points }) => points.filter(point => point.isRegression));
}

function fallText(point: MetricPoint, trans: TranslationBundle): string {
  const { interval } = point;
  return trans.__(
    'Regression in %1: %2 to %3 over %4 examples',
    point.tag,
    numberText(interval?.low ?? null),
    numberText(interval?.high ?? null),
    interval?.examples ?? 0
  );
}
