import { Signal } from '@lumino/signaling';
import type { Event as HubEvent, Run, RunPage } from '../api/wire';
import { extended } from './charts';
import type { Connection } from './connection';
import type { Failure } from './failure';
import { Reload } from './reload';
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
    this.reload.now();
  }

  dispose(): void {
    this.reload.dispose();
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
      this.reload.soon();
    }
  }

  private readonly reload = new Reload<RunState>(
    this.store,
    async () => ({ is: 'shown', page: await this.ask(this.id) }),
    ANEW_MS
  );
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
