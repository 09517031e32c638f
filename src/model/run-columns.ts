import type { Run, RunColumns } from '../api/wire';

/** The server names no more columns either. */
const MOST_NAMES = 300;

/** *columns* with the names that *run* brings; the same value where it brings none. */
export function withNames(columns: RunColumns, run: Run): RunColumns {
  const metrics = merged(columns.metrics, Object.keys(run.metrics));
  const params = merged(columns.params, Object.keys(run.params));
  return metrics === columns.metrics && params === columns.params
    ? columns
    : { metrics, params };
}

function merged(known: string[], names: string[]): string[] {
  const had = new Set(known);
  const fresh = names.filter(name => !had.has(name));
  return fresh.length && known.length < MOST_NAMES
    ? [...known, ...fresh].sort().slice(0, MOST_NAMES)
    : known;
}

/** What small lines show where nobody chose: no system metric. */
export function firstMetric(columns: RunColumns): string | null {
  const ours = columns.metrics.filter(name => !name.startsWith('system/'));
  return ours[0] ?? null;
}
