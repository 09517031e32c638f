import { Signal } from '@lumino/signaling';
import type {
  Event as HubEvent,
  Run,
  RunList,
  TrackingState
} from '../api/wire';
import type { Connection } from './connection';
import type { Failure } from './failure';
import { failure } from './failure';
import { Store } from './store';

export type RunsState =
  | { is: 'busy' }
  | { is: 'listed'; runs: Run[]; tracking: TrackingState }
  | { is: 'failed'; why: Failure };

/** Which runs are wanted: all, or those of the notebook that is in front. */
export interface RunsFilter {
  thisNotebookOnly: boolean;
  notebook: string | null;
}

const LIMIT = 200;

/** The live table of runs. */
export class RunsModel {
  constructor(
    private readonly ask: (
      notebook: string | null,
      limit: number
    ) => Promise<RunList>,
    connection: Connection
  ) {
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.refresh, this);
  }

  readonly store = new Store<RunsState>({ is: 'busy' });
  readonly filter = new Store<RunsFilter>({
    thisNotebookOnly: false,
    notebook: null
  });

  show(change: Partial<RunsFilter>): void {
    const before = this.wantedNotebook();
    this.filter.set({ ...this.filter.state, ...change });
    if (before !== this.wantedNotebook()) {
      this.store.set({ is: 'busy' });
      this.refresh();
    }
  }

  refresh(): void {
    void this.load();
  }

  dispose(): void {
    this.turn += 1;
    Signal.clearData(this);
  }

  private wantedNotebook(): string | null {
    const { thisNotebookOnly, notebook } = this.filter.state;
    return thisNotebookOnly ? notebook : null;
  }

  private onEvent(_: Connection, event: HubEvent): void {
    const { state } = this.store;
    if (state.is !== 'listed') {
      return;
    }
    switch (event.type) {
      case 'run':
        this.store.set({ ...state, runs: this.merged(state.runs, event.run) });
        break;
      case 'runDeleted':
        this.store.set({
          ...state,
          runs: state.runs.filter(run => run.id !== event.id)
        });
        break;
      case 'tracking':
        this.store.set({ ...state, tracking: event.state });
        break;
      case 'model':
      case 'modelDeleted':
      case 'job':
        break;
    }
  }

  private merged(runs: Run[], run: Run): Run[] {
    const wanted = this.wantedNotebook();
    const others = runs.filter(({ id }) => id !== run.id);
    if (wanted !== null && run.notebook !== wanted) {
      return others;
    }
    return [run, ...others].sort((a, b) =>
      b.startedAt.localeCompare(a.startedAt)
    );
  }

  private async load(): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    const next = await this.ask(this.wantedNotebook(), LIMIT).then(
      ({ runs, state }): RunsState => ({ is: 'listed', runs, tracking: state }),
      (error): RunsState => ({ is: 'failed', why: failure(error) })
    );
    if (turn === this.turn) {
      this.store.set(next);
    }
  }

  private turn = 0;
}
