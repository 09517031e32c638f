import type { Metric, NotFinite } from '../api/wire';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** *bytes* as people say it: `28.3 kB`. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** A large number in short: `1.1M`. */
export function countText(count: number): string {
  return new Intl.NumberFormat('en', {
    notation: 'compact',
    maximumFractionDigits: 1
  }).format(count);
}

const NOT_FINITE: { [value in NotFinite]: string } = {
  NaN: 'NaN',
  Infinity: '∞',
  '-Infinity': '−∞'
};

/** *value* with four significant digits; a missing one is a dash. */
export function numberText(value: number | NotFinite | null): string {
  if (value === null) {
    return '–';
  }
  if (typeof value !== 'number') {
    return NOT_FINITE[value];
  }
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e6 || size < 1e-4)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
}

export type Direction = 'better' | 'worse' | 'same' | 'unknown';

/** How a metric moved since the version before: an arrow, a signed number, and whether that is good. */
export function changeOf(
  metric: Metric
): { arrow: string; text: string; direction: Direction } | null {
  const { change, higherIsBetter } = metric;
  if (change === null) {
    return null;
  }
  if (change === 0) {
    return { arrow: '=', text: '0', direction: 'same' };
  }
  const up = change > 0;
  const sign = up ? '+' : '−';
  return {
    arrow: up ? '▲' : '▼',
    text: sign + numberText(Math.abs(change)),
    direction:
      higherIsBetter === null
        ? 'unknown'
        : up === higherIsBetter
          ? 'better'
          : 'worse'
  };
}

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const AGES: [Intl.RelativeTimeFormatUnit, number][] = [
  ['years', 365 * DAY],
  ['months', 30 * DAY],
  ['days', DAY],
  ['hours', 3600 * SECOND],
  ['minutes', 60 * SECOND],
  ['seconds', SECOND]
];
/** By language: each takes longer to make than a row of a table to draw, and JupyterLab's own makes one a time. */
const relative = new Map<string, Intl.RelativeTimeFormat>();

function relativeFormat(): Intl.RelativeTimeFormat {
  const language = document.documentElement.lang || 'en';
  const known = relative.get(language);
  if (known) {
    return known;
  }
  const made = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  relative.set(language, made);
  return made;
}

/** *at* as `3 minutes ago`. */
export function whenText(at: string): string {
  const away = Date.parse(at) - Date.now();
  for (const [unit, length] of AGES) {
    const count = Math.trunc(away / length);
    if (count !== 0) {
      return relativeFormat().format(count, unit);
    }
  }
  return relativeFormat().format(0, 'seconds');
}

/** *at* to the second, for a title. */
export function exactText(at: string): string {
  return new Date(at).toLocaleString();
}

/** From *start* to *end* as `1 h 02 min`, `3 min 05 s` or `4.2 s`. */
export function durationText(start: string, end: string): string {
  const seconds = Math.max(0, (Date.parse(end) - Date.parse(start)) / 1000);
  if (seconds < 60) {
    return `${seconds.toFixed(1)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  return minutes < 60
    ? `${minutes} min ${two(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}
