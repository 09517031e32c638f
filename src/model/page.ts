import { Signal } from '@lumino/signaling';
import type { Event as HubEvent, ModelPage } from '../api/wire';
import type { Connection } from './connection';
import { Delayed } from './delayed';
import type { Failure } from './failure';
import { failure } from './failure';
import { Store } from './store';

export type PageState =
  | { is: 'busy' }
  | { is: 'shown'; page: ModelPage }
  | { is: 'gone' }
  | { is: 'failed'; why: Failure };

const SETTLE_MS = 150;

/** What the page of one model shows, at one revision of it. */
export class PageModel {
  constructor(
    readonly id: string,
    private readonly ask: (
      id: string,
      revision: string | null
    ) => Promise<ModelPage>,
    connection: Connection
  ) {
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.refresh, this);
  }

  readonly store = new Store<PageState>({ is: 'busy' });
  /** The revision that was asked for; null is the newest version. */
  readonly revision = new Store<string | null>(null);

  show(revision: string | null): void {
    this.revision.set(revision);
    this.refresh();
  }

  refresh(): void {
    void this.load();
  }

  dispose(): void {
    this.settling.cancel();
    this.turn += 1;
    Signal.clearData(this);
  }

  private onEvent(_: Connection, event: HubEvent): void {
    if (event.type === 'modelDeleted' && event.id === this.id) {
      this.store.set({ is: 'gone' });
    } else if (event.type === 'model' && event.model.id === this.id) {
      this.settling.soon();
    }
  }

  private async load(): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    const next = await this.ask(this.id, this.revision.state).then(
      (page): PageState => ({ is: 'shown', page }),
      (error): PageState => ({ is: 'failed', why: failure(error) })
    );
    if (turn === this.turn) {
      this.store.set(next);
    }
  }

  private turn = 0;
  private readonly settling = new Delayed(() => this.refresh(), SETTLE_MS);
}
