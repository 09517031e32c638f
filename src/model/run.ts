import { Signal } from '@lumino/signaling';
import type { Event as HubEvent, Run, RunPage } from '../api/wire';
import { extended } from './charts';
import type { Connection } from './connection';
import type { Failure } from './failure';
import { failure } from './failure';
import { Store } from './store';

type History = RunPage['history'];

export type RunState =
  | { is: 'busy' }
  | { is: 'shown'; page: RunPage }
  | { is: 'gone' }
  | { is: 'failed'; why: Failure };

const ANEW_MS = 1500;

/** One run with the history of its metrics, live while it goes on. */
export class RunModel {
  constructor(
    readonly id: string,
    private readonly ask: (id: string) => Promise<RunPage>,
    connection: Connection
  ) {
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.refresh, this);
    this.refresh();
  }

  readonly store = new Store<RunState>({ is: 'busy' });

  refresh(): void {
    void this.load();
  }

  dispose(): void {
    clearTimeout(this.later);
    this.turn += 1;
    Signal.clearData(this);
  }

  private onEvent(_: Connection, event: HubEvent): void {
    const { state } = this.store;
    if (event.type === 'runDeleted' && event.id === this.id) {
      this.store.set({ is: 'gone' });
    } else if (event.type === 'run' && event.run.id === this.id) {
      if (state.is === 'shown') {
        const { run } = event;
        const { history } = state.page;
        this.store.set({
          is: 'shown',
          page: { run, history: longer(history, run) }
        });
      }
      // The whole is asked for now and then, not for each number.
      this.later ??= setTimeout(() => {
        this.later = undefined;
        this.refresh();
      }, ANEW_MS);
    }
  }

  private async load(): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    const next = await this.ask(this.id).then(
      (page): RunState => ({ is: 'shown', page }),
      (error): RunState => ({ is: 'failed', why: failure(error) })
    );
    if (turn === this.turn) {
      this.store.set(next);
    }
  }

  private turn = 0;
  private later: ReturnType<typeof setTimeout> | undefined;
}

/** *history* with the newest values of *run*. */
function longer(history: History, run: Run): History {
  const series = Object.keys(run.metrics).map(metric => ({
    run: run.id,
    metric,
    points: history[metric] ?? []
  }));
  return Object.fromEntries(
    extended(series, run).map(({ metric, points }) => [metric, points])
  );
}
