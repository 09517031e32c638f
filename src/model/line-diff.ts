export interface DiffLine {
  kind: 'same' | 'gone' | 'new';
  text: string;
}

/** Cells with more lines than this are shown as old above new. */
const MOST = 400;

/** The lines of two texts, those that both have once. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const old = before ? before.split('\n') : [];
  const next = after ? after.split('\n') : [];
  if (old.length > MOST || next.length > MOST) {
    return [...marked('gone', old), ...marked('new', next)];
  }
  const common = lengths(old, next);
  const lines: DiffLine[] = [];
  let [a, b] = [0, 0];
  while (a < old.length || b < next.length) {
    const [mine, other] = [old[a], next[b]];
    if (mine !== undefined && mine === other) {
      lines.push({ kind: 'same', text: mine });
      a += 1;
      b += 1;
    } else if (
      mine !== undefined &&
      (other === undefined || at(common, a + 1, b) >= at(common, a, b + 1))
    ) {
      lines.push({ kind: 'gone', text: mine });
      a += 1;
    } else {
      lines.push({ kind: 'new', text: other ?? '' });
      b += 1;
    }
  }
  return lines;
}

/** How many lines the rests of both have in common, from each place on. */
function lengths(old: string[], next: string[]): number[][] {
  const rows = Array.from({ length: old.length + 1 }, () =>
    new Array<number>(next.length + 1).fill(0)
  );
  for (let a = old.length - 1; a >= 0; a -= 1) {
    for (let b = next.length - 1; b >= 0; b -= 1) {
      const row = rows[a];
      if (row) {
        row[b] =
          old[a] === next[b]
            ? at(rows, a + 1, b + 1) + 1
            : Math.max(at(rows, a + 1, b), at(rows, a, b + 1));
      }
    }
  }
  return rows;
}

function at(rows: number[][], a: number, b: number): number {
  return rows[a]?.[b] ?? 0;
}

function marked(kind: 'gone' | 'new', lines: string[]): DiffLine[] {
  return lines.map(text => ({ kind, text }));
}
