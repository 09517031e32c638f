import { Signal } from '@lumino/signaling';
import type {
  Event as HubEvent,
  Run,
  RunList,
  RunSeries,
  RunSeriesList
} from '../api/wire';
import type { ChartLook } from './charts';
import { PLAIN, extended, metricsOf } from './charts';
import type { Connection } from './connection';
import type { Failure } from './failure';
import { failure } from './failure';
import { Store } from './store';

export const FEWEST = 2;
export const MOST = 20;
const POINTS = 500;
const CHARTS = 4;
const ANEW_MS = 3000;

export type CompareState =
  | { is: 'busy' }
  | { is: 'shown'; runs: Run[]; series: RunSeries[] }
  | { is: 'failed'; why: Failure };

/** What the page is told to draw. */
export interface Drawn extends ChartLook {
  metrics: string[];
  /** Parameters that are the same in all runs, too. */
  allParams: boolean;
}

export interface CompareServer {
  some: (ids: string[]) => Promise<RunList>;
  series: (
    ids: string[],
    metrics: string[],
    most: number
  ) => Promise<RunSeriesList>;
}

/** Several runs beside each other, live while they go on. */
export class CompareModel {
  constructor(
    readonly ids: string[],
    private readonly server: CompareServer,
    connection: Connection
  ) {
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.refresh, this);
    this.refresh();
  }

  readonly store = new Store<CompareState>({ is: 'busy' });
  readonly drawn = new Store<Drawn>({
    ...PLAIN,
    metrics: [],
    allParams: false
  });

  draw(change: Partial<Drawn>): void {
    this.drawn.set({ ...this.drawn.state, ...change });
    if (change.metrics) {
      this.refresh();
    }
  }

  refresh(): void {
    void this.load();
  }

  dispose(): void {
    this.turn += 1;
    clearTimeout(this.later);
    Signal.clearData(this);
  }

  private onEvent(_: Connection, event: HubEvent): void {
    const { state } = this.store;
    if (state.is !== 'shown' || event.type !== 'run') {
      return;
    }
    const { run } = event;
    if (state.runs.some(({ id }) => id === run.id)) {
      this.store.set({
        is: 'shown',
        runs: state.runs.map(one => (one.id === run.id ? run : one)),
        series: extended(state.series, run)
      });
      this.later ??= setTimeout(() => {
        this.later = undefined;
        this.refresh();
      }, ANEW_MS);
    }
  }

  private async load(): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    const next = await this.asked().catch((error: unknown): CompareState => ({
      is: 'failed',
      why: failure(error)
    }));
    if (turn === this.turn) {
      this.store.set(next);
    }
  }

  private async asked(): Promise<CompareState> {
    const { runs } = await this.server.some(this.ids);
    if (this.drawn.state.metrics.length === 0) {
      const metrics = metricsOf(runs)
        .filter(name => !name.startsWith('system/'))
        .slice(0, CHARTS);
      this.drawn.set({ ...this.drawn.state, metrics });
    }
    const ids = runs.map(({ id }) => id);
    const { metrics } = this.drawn.state;
    const { series } = await this.server.series(ids, metrics, POINTS);
    return { is: 'shown', runs, series };
  }

  private turn = 0;
  private later: ReturnType<typeof setTimeout> | undefined;
}
