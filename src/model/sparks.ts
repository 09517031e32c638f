import type { Point, Run, RunSeriesList } from '../api/wire';
import { Store } from './store';

const AT_ONCE = 100;

/** Points for a small line of each run that is in view. */
export class Sparks {
  constructor(
    private readonly ask: (
      ids: string[],
      metric: string
    ) => Promise<RunSeriesList>
  ) {}

  readonly store = new Store<ReadonlyMap<string, Point[]>>(new Map());

  clear(): void {
    this.turn += 1;
    this.store.set(new Map());
  }

  /** Ask for those of *ids* that are not there. */
  async load(ids: string[], metric: string | null): Promise<void> {
    const missing = ids
      .filter(id => !this.store.state.has(id))
      .slice(0, AT_ONCE);
    if (metric === null || missing.length === 0) {
      return;
    }
    this.add(missing.map(id => [id, []]));
    const { turn } = this;
    const found = await this.ask(missing, metric).catch(() => null);
    if (found && turn === this.turn) {
      this.add(found.series.map(({ run, points }) => [run, points]));
    }
  }

  /** Add the newest value of *run*, as an event told it. */
  extend(run: Run, metric: string | null): void {
    const known = this.store.state.get(run.id);
    const value = metric === null ? undefined : run.metrics[metric];
    if (known && value !== undefined && run.step !== null) {
      const point = { step: run.step, at: run.startedAt, value };
      const before = known.filter(({ step }) => step < point.step);
      this.add([[run.id, [...before, point]]]);
    }
  }

  private add(more: [string, Point[]][]): void {
    this.store.set(new Map([...this.store.state, ...more]));
  }

  private turn = 0;
}
