import { Signal } from '@lumino/signaling';
import type { Searched } from '../api/search';
import type { Event as HubEvent, SearchReply } from '../api/wire';
import type { Connection } from './connection';
import { Delayed } from './delayed';
import type { Failure } from './failure';
import { failure } from './failure';
import { Store } from './store';

export type SearchState =
  | { is: 'idle' }
  | { is: 'busy'; before: SearchReply | null }
  | { is: 'found'; reply: SearchReply }
  | { is: 'failed'; why: Failure };

export type Ask = (
  searched: Searched,
  signal: AbortSignal
) => Promise<SearchReply>;

const TYPING_MS = 250;

/** A sentence and what the hub finds for it; a newer sentence cancels an older one. */
export class SearchModel {
  constructor(
    private readonly ask: Ask,
    connection: Connection
  ) {
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.again, this);
  }

  readonly store = new Store<SearchState>({ is: 'idle' });
  readonly query = new Store('');
  /** Keys of understood conditions that the user does not want. */
  readonly without = new Store<string[]>([]);

  get limit(): number {
    return this.most;
  }

  set limit(limit: number) {
    if (limit !== this.most) {
      this.most = limit;
      this.again();
    }
  }

  /** What the user has typed so far. */
  type(text: string): void {
    this.query.set(text);
    if (!text.trim()) {
      this.stop();
      this.without.set([]);
      this.store.set({ is: 'idle' });
      return;
    }
    this.typing.soon();
  }

  /** Search at once: Enter, an example, a second try. */
  submit(text: string = this.query.state): void {
    this.type(text);
    if (text.trim()) {
      this.typing.now();
    }
  }

  /** Search without a condition that was understood. */
  leaveOut(key: string): void {
    this.without.set([...this.without.state, key]);
    this.submit();
  }

  /** Take the conditions back in that were left out. */
  putBack(): void {
    this.without.set([]);
    this.submit();
  }

  dispose(): void {
    this.stop();
    Signal.clearData(this);
  }

  private again(): void {
    if (this.query.state.trim()) {
      this.typing.soon();
    }
  }

  private onEvent(_: Connection, event: HubEvent): void {
    if (event.type === 'model' || event.type === 'modelDeleted') {
      this.again();
    }
  }

  private async run(): Promise<void> {
    this.asked.abort();
    const asked = new AbortController();
    this.asked = asked;
    this.store.set({ is: 'busy', before: this.shown() });
    const next = await this.ask(
      {
        q: this.query.state.trim(),
        limit: this.most,
        without: this.without.state
      },
      asked.signal
    ).then(
      (reply): SearchState => ({ is: 'found', reply }),
      (error): SearchState => ({ is: 'failed', why: failure(error) })
    );
    if (!asked.signal.aborted) {
      this.store.set(next);
    }
  }

  private shown(): SearchReply | null {
    const { state } = this.store;
    if (state.is === 'found') {
      return state.reply;
    }
    return state.is === 'busy' ? state.before : null;
  }

  private stop(): void {
    this.typing.cancel();
    this.asked.abort();
  }

  private most = 10;
  private asked = new AbortController();
  private readonly typing = new Delayed(() => void this.run(), TYPING_MS);
}
