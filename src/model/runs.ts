import { Signal } from '@lumino/signaling';
import type { RunsAsked } from '../api/runs';
import type {
  Event as HubEvent,
  Run,
  RunColumns,
  RunGroups,
  RunList,
  TrackingState
} from '../api/wire';
import type { Connection } from './connection';
import { Delayed } from './delayed';
import type { Failure } from './failure';
import { failure } from './failure';
import type { RunsFilter, RunsServer } from './runs-asked';
import { firstMetric, withNames } from './run-columns';
import { FIRST, askedOf, isSame } from './runs-asked';
import { Sparks } from './sparks';
import { Store } from './store';
import type { WorkspaceState } from './workspace';

export type RunsState =
  | { is: 'busy' }
  | {
      is: 'listed';
      /** By place in the whole list; what was not looked at yet is missing. */
      rows: ReadonlyMap<number, Run>;
      total: number;
      tracking: TrackingState;
      columns: RunColumns;
    }
  | { is: 'failed'; why: Failure };

/** Where the team's pins are: the workspace document. */
export interface Pinboard {
  readonly store: Store<WorkspaceState>;
  pin: (run: string, name: string, note: string) => Promise<unknown>;
  unpin: (run: string) => Promise<unknown>;
}

export const PAGE = 100;
const TYPING_MS = 200;
const SETTLE_MS = 1000;
const SPARK_POINTS = 40;

/** The live table of runs: pages are asked for as they come into view. */
export class RunsModel {
  constructor(
    private readonly server: RunsServer,
    connection: Connection,
    readonly workspace: Pinboard
  ) {
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.refresh, this);
  }

  readonly store = new Store<RunsState>({ is: 'busy' });
  readonly filter = new Store<RunsFilter>(FIRST);
  /** Metrics and parameters that are shown, as in `metrics.loss`; empty: the first metrics of each run. */
  readonly columns = new Store<readonly string[]>([]);
  readonly groups = new Store<RunGroups | null>(null);
  /** Runs that are marked to be compared. */
  readonly marked = new Store<readonly string[]>([]);
  /** Points for a small line of each run that is in view. */
  readonly sparks = new Sparks((ids, metric) =>
    this.server.series(ids, [metric], SPARK_POINTS)
  );

  /** The metric that small lines and groups show. */
  get metric(): string | null {
    const chosen = this.columns.state.find(name => name.startsWith('metrics.'));
    const { state } = this.store;
    const first = state.is === 'listed' ? firstMetric(state.columns) : null;
    return chosen?.slice('metrics.'.length) ?? first;
  }

  show(change: Partial<RunsFilter>): void {
    const before = this.asked();
    const { group } = this.filter.state;
    this.filter.set({ ...this.filter.state, ...change });
    const typed = change.text !== undefined;
    if (!isSame(before, this.asked()) || group !== this.filter.state.group) {
      if (typed) {
        this.typing.soon();
      } else {
        this.again();
      }
    }
  }

  /** Search at once, as when Enter is pressed. */
  search(): void {
    this.typing.now();
  }

  /** Show *columns* as they were chosen before. */
  recall(columns: readonly string[]): void {
    if (columns.join('\n') !== this.columns.state.join('\n')) {
      this.choose(columns);
    }
  }

  choose(columns: readonly string[]): void {
    this.columns.set(columns);
    this.sparks.clear();
    this.look();
    void this.loadGroups();
  }

  mark(run: string, is: boolean): void {
    const others = this.marked.state.filter(id => id !== run);
    this.marked.set(is ? [...others, run] : others);
  }

  /** The rows from *first* to *last* are in view. */
  see(first: number, last: number): void {
    this.view = { first, last };
    this.look();
  }

  refresh(): void {
    this.turn += 1;
    this.loading.clear();
    void this.load(Math.floor(this.view.first / PAGE), true);
    void this.loadGroups();
  }

  dispose(): void {
    this.turn += 1;
    this.typing.cancel();
    this.settling.cancel();
    Signal.clearData(this);
  }

  private again(): void {
    this.store.set({ is: 'busy' });
    this.view = { first: 0, last: PAGE - 1 };
    this.refresh();
  }

  private asked(): RunsAsked {
    return askedOf(this.filter.state);
  }

  /** Load what is in view and not there. */
  private look(): void {
    const { state } = this.store;
    if (state.is !== 'listed') {
      return;
    }
    const last = Math.min(this.view.last, state.total - 1);
    const pages = new Set<number>();
    for (let row = Math.max(0, this.view.first); row <= last; row += 1) {
      if (!state.rows.has(row)) {
        pages.add(Math.floor(row / PAGE));
      }
    }
    for (const page of pages) {
      void this.load(page, false);
    }
    this.lookForSparks();
  }

  /** Load the small lines of runs that have the metric and are in view. */
  private lookForSparks(): void {
    const { state } = this.store;
    const { metric, view } = this;
    if (state.is === 'listed' && metric !== null) {
      const shown = [...state.rows].filter(
        ([row, { metrics }]) =>
          row >= view.first && row <= view.last && metric in metrics
      );
      void this.sparks.load(
        shown.map(([, run]) => run.id),
        metric
      );
    }
  }

  private onEvent(_: Connection, event: HubEvent): void {
    const { state } = this.store;
    if (state.is !== 'listed') {
      return;
    }
    if (event.type === 'run') {
      this.onRun(event.run);
    } else if (event.type === 'runDeleted') {
      this.settling.now();
    } else if (event.type === 'tracking') {
      this.store.set({ ...state, tracking: event.state });
    }
  }

  private onRun(run: Run): void {
    const { state } = this.store;
    if (state.is !== 'listed') {
      return;
    }
    const { metric } = this;
    const place = [...state.rows].find(([, { id }]) => id === run.id)?.[0];
    const columns = withNames(state.columns, run);
    if (place !== undefined) {
      const rows = new Map(state.rows).set(place, run);
      this.store.set({ ...state, rows, columns });
      this.sparks.extend(run, this.metric);
    }
    const { order, text } = this.filter.state;
    if (place === undefined && this.isNewest(run, state.rows.get(0))) {
      const rows = [...state.rows].map(([at, one]): [number, Run] => [
        at + 1,
        one
      ]);
      const total = state.total + 1;
      this.store.set({
        ...state,
        rows: new Map(rows).set(0, run),
        total,
        columns
      });
    } else if (place === undefined || order !== 'start_time' || text) {
      // It may stand elsewhere now; whoever logs much is not asked for each time.
      this.settleSoon(place === undefined ? 50 : SETTLE_MS);
    }
    if (metric !== this.metric) {
      this.sparks.clear();
    }
    this.lookForSparks();
  }

  /** Does *run* stand on top, as far as can be told without asking? */
  private isNewest(run: Run, first: Run | undefined): boolean {
    const { text, order, descending } = this.filter.state;
    const { notebook } = this.asked();
    return (
      !text &&
      order === 'start_time' &&
      descending &&
      (notebook === null || run.notebook === notebook) &&
      (first === undefined || run.startedAt >= first.startedAt)
    );
  }

  private settleSoon(waitMs: number): void {
    if (!this.waiting) {
      this.waiting = true;
      setTimeout(() => {
        this.waiting = false;
        this.settling.now();
      }, waitMs);
    }
  }

  private async load(page: number, anew: boolean): Promise<void> {
    if (this.loading.has(page)) {
      return;
    }
    this.loading.add(page);
    const { turn } = this;
    const next = await this.server.list(this.asked(), page * PAGE, PAGE).then(
      (list): RunsState => this.merged(list, anew),
      (error): RunsState => ({ is: 'failed', why: failure(error) })
    );
    if (turn === this.turn) {
      this.loading.delete(page);
      this.store.set(next);
      this.look();
    }
  }

  private merged(list: RunList, anew: boolean): RunsState {
    const { state } = this.store;
    const rows = new Map(state.is === 'listed' && !anew ? state.rows : []);
    list.runs.forEach((run, index) => rows.set(list.offset + index, run));
    const { total, columns } = list;
    return { is: 'listed', rows, total, tracking: list.state, columns };
  }

  private async loadGroups(): Promise<void> {
    const { turn } = this;
    const { group } = this.filter.state;
    const found = group
      ? await this.server
          .groups(this.asked(), group, this.metric)
          .catch(() => null)
      : null;
    if (turn === this.turn) {
      this.groups.set(found);
    }
  }

  private turn = 0;
  private waiting = false;
  private view = { first: 0, last: PAGE - 1 };
  private readonly loading = new Set<number>();
  private readonly typing = new Delayed(() => this.again(), TYPING_MS);
  private readonly settling = new Delayed(() => this.refresh(), SETTLE_MS);
}
