import { Signal } from '@lumino/signaling';
import type { Likeness, Searched } from '../api/search';
import type {
  Event as HubEvent,
  RepoKind,
  SavedSearch,
  SearchReply,
  UpstreamHits
} from '../api/wire';
import type { Choice } from './conditions';
import { Conditions, isAnother } from './conditions';
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

/** What other hubs have; asked beside the hub, and shown as each of them answers. */
export type AbroadState =
  | { is: 'idle' }
  | { is: 'busy' }
  | ({ is: 'found' } & UpstreamHits)
  | { is: 'failed'; why: Failure };

export type AskAbroad = (
  searched: Searched,
  signal: AbortSignal,
  tell: (found: UpstreamHits) => void
) => Promise<void>;

export const MOST_COMPARED = 5;

const TYPING_MS = 250;
/** Other hubs are asked for a sentence that stands still. */
const ABROAD_MS = 900;

/** A sentence and what the hub finds for it; a newer sentence cancels an older one. */
export class SearchModel {
  constructor(
    private readonly ask: Ask,
    connection: Connection,
    private readonly askAbroad: AskAbroad | null = null
  ) {
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.again, this);
  }

  readonly store = new Store<SearchState>({ is: 'idle' });
  readonly abroad = new Store<AbroadState>({ is: 'idle' });
  readonly query = new Store('');
  readonly kind = new Store<RepoKind>('model');
  /** What the hits shall be like, if anything. */
  readonly likeness = new Store<Likeness | null>(null);
  /** The ids of the hits that are chosen to be compared. */
  readonly chosen = new Store<string[]>([]);
  /** What the user changed of the understood conditions. */
  readonly conditions = new Conditions();

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
    if (isAnother(this.query.state, text)) {
      this.conditions.clear();
    }
    this.query.set(text);
    if (this.isIdle) {
      this.rest();
      return;
    }
    this.typing.soon();
  }

  /** Look for models, datasets or spaces. */
  show(kind: RepoKind): void {
    if (kind !== this.kind.state) {
      this.kind.set(kind);
      this.likeness.set(null);
      this.chosen.set([]);
      this.conditions.clear();
      this.submit();
    }
  }

  /** Find what is like *likeness*; null: go by the sentence alone again. */
  like(likeness: Likeness | null): void {
    this.likeness.set(likeness);
    this.query.set('');
    this.conditions.clear();
    this.submit();
  }

  /** Search again for what was kept. */
  recall({ query, kind, without }: SavedSearch): void {
    this.kind.set(kind);
    this.likeness.set(null);
    this.chosen.set([]);
    this.query.set(query);
    this.conditions.clear(without);
    this.submit();
  }

  /** What would be kept: the sentence with the conditions as they are now. */
  get asked(): Searched {
    const { instead, without } = this.conditions;
    return {
      q: [this.query.state.trim(), ...instead].join(' ').trim(),
      limit: this.most,
      kind: this.kind.state,
      without,
      like: this.likeness.state
    };
  }

  /** Choose a hit to be compared with others, or no longer. */
  toggle(id: string): void {
    const { state } = this.chosen;
    if (state.includes(id)) {
      this.chosen.set(state.filter(one => one !== id));
    } else if (state.length < MOST_COMPARED) {
      this.chosen.set([...state, id]);
    }
  }

  /** Search at once: Enter, an example, a second try. */
  submit(text: string = this.query.state): void {
    this.type(text);
    if (!this.isIdle) {
      this.typing.now();
    }
  }

  /** Search without a condition that was understood, or that was put in the place of one. */
  leaveOut(key: string): void {
    this.conditions.leaveOut(key);
    this.submit();
  }

  /** Search with *chosen* in place of a condition that was understood as one *among* several. */
  choose(key: string, chosen: string, among: Choice[]): void {
    this.conditions.choose(key, chosen, among);
    this.submit();
  }

  /** Take the conditions back in that were left out. */
  putBack(): void {
    this.conditions.clear();
    this.submit();
  }

  dispose(): void {
    this.stop();
    Signal.clearData(this);
  }

  private get isIdle(): boolean {
    return !this.query.state.trim() && this.likeness.state === null;
  }

  private rest(): void {
    this.stop();
    this.conditions.clear();
    this.chosen.set([]);
    this.store.set({ is: 'idle' });
    this.abroad.set({ is: 'idle' });
  }

  private again(): void {
    if (!this.isIdle) {
      this.typing.soon();
    }
  }

  private onEvent(_: Connection, event: HubEvent): void {
    const { kind } = this;
    const isModel = event.type === 'model' || event.type === 'modelDeleted';
    const isRepo = event.type === 'repo' || event.type === 'repoGone';
    if (
      (isModel && kind.state === 'model') ||
      (isRepo && kind.state === event.kind)
    ) {
      this.again();
    }
  }

  private async run(): Promise<void> {
    this.asking.abort();
    const asked = new AbortController();
    this.asking = asked;
    this.store.set({ is: 'busy', before: this.shown() });
    this.abroad.set({ is: 'idle' });
    this.later.soon();
    const next = await this.ask(this.asked, asked.signal).then(
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

  /** Ask the other hubs; each shows what it has when it answers, and nobody waits for another. */
  private async runAbroad(): Promise<void> {
    const { signal } = this.asking;
    if (!this.askAbroad || this.likeness.state !== null) {
      return;
    }
    this.abroad.set({ is: 'busy' });
    const tell = (found: UpstreamHits): void => {
      if (!signal.aborted) {
        this.abroad.set(withMore(this.abroad.state, found));
      }
    };
    const nothing = { hits: [], silent: [], waiting: [] };
    await this.askAbroad(this.asked, signal, tell).then(
      () => tell(nothing),
      error => {
        if (!signal.aborted) {
          this.abroad.set({ is: 'failed', why: failure(error) });
        }
      }
    );
  }

  private stop(): void {
    this.typing.cancel();
    this.later.cancel();
    this.asking.abort();
  }

  private most = 10;
  private asking = new AbortController();
  private readonly typing = new Delayed(() => void this.run(), TYPING_MS);
  private readonly later = new Delayed(() => void this.runAbroad(), ABROAD_MS);
}

/** What was found so far, and what one more hub has found. */
function withMore(before: AbroadState, found: UpstreamHits): AbroadState {
  const { hits, silent } =
    before.is === 'found' ? before : { hits: [], silent: [] };
  return {
    is: 'found',
    hits: [...hits, ...found.hits],
    silent: [...silent, ...found.silent],
    waiting: found.waiting
  };
}
