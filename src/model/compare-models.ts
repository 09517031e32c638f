import { Signal } from '@lumino/signaling';
import type { Compared, ComparedList, Event, RepoKind } from '../api/wire';
import { Asked } from './asked';
import type { Connection } from './connection';
import { Delayed } from './delayed';

export const FEWEST = 2;
export const MOST = 5;
const SETTLE_MS = 300;

/** Two to five repos side by side, as they are now. */
export class CompareModelsModel {
  constructor(
    readonly kind: RepoKind,
    readonly ids: string[],
    private readonly ask: () => Promise<ComparedList>,
    connection: Connection
  ) {
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.refresh, this);
    this.refresh();
  }

  readonly compared = new Asked<ComparedList>();

  refresh(): void {
    void this.compared.ask(this.ask);
  }

  dispose(): void {
    this.settling.cancel();
    this.compared.dispose();
    Signal.clearData(this);
  }

  private onEvent(_: Connection, event: Event): void {
    const id =
      event.type === 'model'
        ? event.model.id
        : event.type === 'repo'
          ? event.id
          : event.type === 'reviews'
            ? event.repoId
            : null;
    if (id !== null && this.ids.includes(id)) {
      this.settling.soon();
    }
  }

  private readonly settling = new Delayed(() => this.refresh(), SETTLE_MS);
}

/** One thing that is compared; *best* says in which columns it is best. */
export interface Line {
  name: string;
  /** Null where it is not known. */
  cells: (string | number | null)[];
  best: number[];
}

/** The metrics of what is compared, one line each; the same metric on another dataset is another line. */
export function metricLines(compared: Compared[]): Line[] {
  const names = new Map<string, boolean | null>();
  const keyOf = (metric: { name: string; dataset: string | null }) =>
    metric.dataset ? `${metric.name} (${metric.dataset})` : metric.name;
  for (const { hit } of compared) {
    for (const metric of hit.model.metrics) {
      names.set(keyOf(metric), metric.higherIsBetter ?? guess(metric.name));
    }
  }
  return [...names].map(([name, higher]) => {
    const cells = compared.map(
      ({ hit }) =>
        hit.model.metrics.find(one => keyOf(one) === name)?.value ?? null
    );
    return { name, cells, best: bestOf(cells, higher) };
  });
}

/** In which columns a line of numbers is best; nowhere, where there is nothing to choose. */
export function bestOf(
  cells: (number | null)[],
  higher: boolean | null
): number[] {
  const known = cells.filter(cell => cell !== null);
  if (higher === null || known.length < 2) {
    return [];
  }
  const best = higher ? Math.max(...known) : Math.min(...known);
  return new Set(known).size < 2
    ? []
    : cells.flatMap((cell, column) => (cell === best ? [column] : []));
}

function guess(name: string): boolean | null {
  if (/loss|error|wer|cer|perplexity|mae|mse|fid/i.test(name)) {
    return false;
  }
  return /acc|f1|auc|bleu|rouge|precision|recall|map|r2|score/i.test(name)
    ? true
    : null;
}
