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

/** A condition that the user changed: another one counts in place of what was understood. */
export interface Swap {
  understood: string;
  /** What it may be, in the filter language; what was understood is first. */
  among: string[];
  chosen: string;
}

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

  /** Conditions that the user changed. */
  readonly swaps = new Store<Swap[]>([]);

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
      this.swaps.set([]);
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

  /** Search without a condition that was understood, or that was put in the place of one. */
  leaveOut(key: string): void {
    const swap = this.swaps.state.find(({ chosen }) => chosen === key);
    this.swaps.set(this.swaps.state.filter(each => each !== swap));
    this.without.set([...this.without.state, swap ? swap.understood : key]);
    this.submit();
  }

  /** Search with *chosen* in place of a condition that was understood as one *among* several. */
  choose(key: string, chosen: string, among: string[]): void {
    const swap = this.swaps.state.find(({ chosen }) => chosen === key);
    const understood = swap ? swap.understood : key;
    const others = this.swaps.state.filter(each => each !== swap);
    this.swaps.set(
      chosen === understood
        ? others
        : [...others, { understood, chosen, among: swap?.among ?? among }]
    );
    this.submit();
  }

  /** Take the conditions back in that were left out. */
  putBack(): void {
    this.without.set([]);
    this.swaps.set([]);
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
    const swaps = this.swaps.state;
    this.asked = asked;
    this.store.set({ is: 'busy', before: this.shown() });
    const next = await this.ask(
      {
        q: [this.query.state.trim(), ...swaps.map(each => each.chosen)].join(
          ' '
        ),
        limit: this.most,
        without: [
          ...this.without.state,
          ...swaps.map(({ understood }) => understood)
        ]
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
