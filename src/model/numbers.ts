import type { NotFinite } from '../api/wire';

/** *value* as a chart draws it: what is no finite number is a gap. */
export function drawable(value: number | NotFinite): number | null {
  return typeof value === 'number' ? value : null;
}
