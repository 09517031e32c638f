import { Signal } from '@lumino/signaling';
import type { Event as HubEvent, RunPage } from '../api/wire';
import type { Connection } from './connection';
import { Delayed } from './delayed';
import type { Failure } from './failure';
import { failure } from './failure';
import { Store } from './store';

export type RunState =
  | { is: 'busy' }
  | { is: 'shown'; page: RunPage }
  | { is: 'gone' }
  | { is: 'failed'; why: Failure };

const SETTLE_MS = 400;

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
    this.settling.cancel();
    this.turn += 1;
    Signal.clearData(this);
  }

  private onEvent(_: Connection, event: HubEvent): void {
    const { state } = this.store;
    if (event.type === 'runDeleted' && event.id === this.id) {
      this.store.set({ is: 'gone' });
    } else if (event.type === 'run' && event.run.id === this.id) {
      if (state.is === 'shown') {
        this.store.set({
          is: 'shown',
          page: { ...state.page, run: event.run }
        });
      }
      this.settling.soon();
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
  private readonly settling = new Delayed(() => this.refresh(), SETTLE_MS);
}
