import { Signal } from '@lumino/signaling';
import type {
  Event as HubEvent,
  Run,
  RunList,
  RunSeries,
  RunSeriesList,
  RunsCompared,
  RunsComparedAsked
} from '../api/wire';
import type { ChartLook } from './charts';
import { PLAIN, extended, metricsOf } from './charts';
import type { Connection } from './connection';
import type { Failure } from './failure';
import { Reload } from './reload';
import { Store } from './store';
import type { WorkspaceState } from './workspace';

export const FEWEST = 2;
export const MOST = 20;
const POINTS = 500;
const CHARTS = 4;
const ANEW_MS = 3000;
const TELL_MS = 250;

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

/** Where the team's comparison is: the workspace document. */
export interface Team {
  store: Store<WorkspaceState>;
  compare: (asked: RunsComparedAsked) => Promise<unknown>;
  endComparison: () => Promise<unknown>;
}

/** Several runs beside each other, live while they go on. */
export class CompareModel {
  constructor(
    readonly ids: string[],
    private readonly server: CompareServer,
    connection: Connection,
    private readonly team: Team
  ) {
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.refresh, this);
    team.store.changed.connect(this.onTeam, this);
    this.onTeam();
    this.refresh();
  }

  readonly store = new Store<CompareState>({ is: 'busy' });
  /** The comparison under discussion, while it is this one. */
  readonly shared = new Store<RunsCompared | null>(null);
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
    if (this.underDiscussion) {
      clearTimeout(this.telling);
      this.telling = setTimeout(() => {
        this.telling = undefined;
        this.tell();
      }, TELL_MS);
    }
  }

  refresh(): void {
    this.reload.now();
  }

  /** Everybody's page of these runs is drawn as this one; who draws otherwise does it for all. */
  share(): void {
    this.tell();
  }

  /** Each draws for oneself again. */
  async end(): Promise<void> {
    await this.team.endComparison();
  }

  dispose(): void {
    this.reload.dispose();
    clearTimeout(this.telling);
    Signal.clearData(this);
  }

  /** What the team looks at together, if it is these runs. */
  private get underDiscussion(): RunsCompared | null {
    const { state } = this.team.store;
    const found = state.is === 'shown' ? state.workspace.comparison : null;
    return found?.runs.join() === this.ids.join() ? found : null;
  }

  private tell(): void {
    const { metrics, smoothing, log, x } = this.drawn.state;
    const asked = { runs: this.ids, metrics, smoothing, log, x };
    void this.team.compare(asked).catch(() => undefined);
  }

  private onTeam(): void {
    const found = this.underDiscussion;
    this.shared.set(found);
    // What one draws oneself at this moment is told in a moment, and outranks what came before.
    if (found && this.telling === undefined) {
      const { metrics, smoothing, log, x } = found;
      const more = metrics.some(
        name => !this.drawn.state.metrics.includes(name)
      );
      this.drawn.set({ ...this.drawn.state, metrics, smoothing, log, x });
      if (more) {
        this.refresh();
      }
    }
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
      this.reload.soon();
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

  private readonly reload = new Reload<CompareState>(
    this.store,
    () => this.asked(),
    ANEW_MS
  );
  private telling: ReturnType<typeof setTimeout> | undefined;
}
