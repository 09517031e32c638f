import type { CardApi } from '../api/cards';
import type { RepoName } from '../api/repos';
import type { RoomLine } from '../api/room';
import type { CardCheck, CardChoice, CardChoices, CardForm } from '../api/wire';
import { Delayed } from './delayed';
import type { Failure } from './failure';
import { failure } from './failure';
import type { Fields } from './front-matter';
import { fieldsOf, isTexts, splice, withField } from './front-matter';
import type { Here } from './people';
import { hereOf } from './people';
import { Store } from './store';
import type { OpenRoom } from './workspace';

export type DraftState =
  | { is: 'opening' }
  | { is: 'failed'; why: Failure }
  | { is: 'ended' }
  | {
      is: 'open';
      text: string;
      fields: Fields;
      people: Here[];
      online: boolean;
    };

export type Sending =
  | { is: 'idle' }
  | { is: 'sending' }
  | { is: 'refused'; why: Failure }
  | { is: 'sent'; commit: string };

const CHECK_MS = 400;
/** The field of the shared document with the commit on which the draft stands; empty when it has ended. */
const SINCE = 'since';

/** A card that several people write at once. */
export class CardDraftModel {
  constructor(
    readonly repo: RepoName,
    readonly api: CardApi,
    private readonly openRoom: OpenRoom
  ) {}

  readonly store = new Store<DraftState>({ is: 'opening' });
  readonly form = new Store<CardForm | null>(null);
  readonly check = new Store<CardCheck | null>(null);
  readonly sending = new Store<Sending>({ is: 'idle' });
  /** What *Fill in* wrote, for the reader's information. */
  readonly filled = new Store<string[] | null>(null);

  /** The shared text and who is at it; null until it is open. */
  get shared(): RoomLine | null {
    return this.line;
  }

  async start(): Promise<void> {
    try {
      const [form] = await Promise.all([this.api.form(), this.open()]);
      this.form.set(form);
      this.checking.now();
    } catch (error) {
      this.store.set({ is: 'failed', why: failure(error) });
    }
  }

  /** Let a field of the front matter say something else. */
  set(name: string, value: string | string[]): void {
    this.replace(withField(this.text, name, value));
  }

  choices(what: CardChoices, typed: string): Promise<CardChoice[]> {
    return this.api.choices(what, typed).then(
      ({ choices }) => choices,
      () => []
    );
  }

  /** Write what the hub knows; what people wrote stays. */
  async fillIn(): Promise<void> {
    try {
      const known = fieldsOf(this.text);
      const { text, filled } = await this.api.suggestion(null);
      if (known && Object.keys(known).length === 0 && !this.text.trim()) {
        this.replace(text);
      } else {
        this.add(text);
      }
      this.filled.set(filled.map(({ name }) => name));
    } catch (error) {
      this.sending.set({ is: 'refused', why: failure(error) });
    }
  }

  /** Commit the card; *over* replaces what somebody else wrote meanwhile. */
  async send(message: string, over = false): Promise<void> {
    this.sending.set({ is: 'sending' });
    const since = over ? null : this.since;
    try {
      const { id } = await this.api.write({ text: this.text, message, since });
      this.sending.set({ is: 'sent', commit: id });
      await this.discard();
    } catch (error) {
      this.sending.set({ is: 'refused', why: failure(error) });
    }
  }

  /** Throw the draft away, for everybody. */
  discard(): Promise<void> {
    return this.api.discard();
  }

  dispose(): void {
    this.checking.cancel();
    this.line?.close();
  }

  private get text(): string {
    return this.line?.doc.getText('source').toString() ?? '';
  }

  private get since(): string | null {
    const said = this.line?.doc.getMap('card').get(SINCE);
    return typeof said === 'string' ? said : null;
  }

  private async open(): Promise<void> {
    const { room } = await this.api.join();
    this.line = await this.openRoom(room, {
      changed: () => this.soon(),
      online: is => {
        this.online = is;
        this.soon();
      }
    });
    // Who it is, the server puts in.
    this.line.tell({ user: {} });
  }

  /** Sections and fields of *text* that this card lacks. */
  private add(text: string): void {
    const more = fieldsOf(text);
    const here = fieldsOf(this.text);
    if (!more || !here) {
      return;
    }
    let next = this.text;
    for (const [name, value] of Object.entries(more)) {
      if (!(name in here) && (typeof value === 'string' || isTexts(value))) {
        next = withField(next, name, value);
      }
    }
    const titles = new Set(headings(next));
    const lacking = sections(text).filter(
      one => !headings(one).some(title => titles.has(title))
    );
    this.replace([next.trimEnd(), ...lacking].join('\n\n'));
  }

  private replace(next: string): void {
    const { line } = this;
    if (line) {
      const text = line.doc.getText('source');
      const { index, remove, insert } = splice(text.toString(), next);
      line.doc.transact(() => {
        text.delete(index, remove);
        text.insert(index, insert);
      });
    }
  }

  /** Somebody else has committed the draft, or thrown it away. */
  private end(): void {
    this.checking.cancel();
    this.line?.close();
    this.store.set({ is: 'ended' });
  }

  private soon(): void {
    if (!this.due) {
      this.due = true;
      queueMicrotask(() => {
        this.due = false;
        this.show();
      });
    }
  }

  private show(): void {
    const { line } = this;
    if (line && (this.online || this.store.state.is === 'open')) {
      const before = this.store.state;
      if (before.is === 'open' && this.since === '') {
        this.end();
        return;
      }
      const { text } = this;
      this.store.set({
        is: 'open',
        text,
        fields: fieldsOf(text),
        people: hereOf(line.awareness.getStates(), line.doc.clientID),
        online: this.online
      });
      if (before.is !== 'open' || before.text !== text) {
        this.checking.soon();
      }
    }
  }

  private async look(): Promise<void> {
    const { text } = this;
    const found = await this.api.check(text).catch(() => null);
    if (found && text === this.text) {
      this.check.set(found);
    }
  }

  private readonly checking = new Delayed(() => void this.look(), CHECK_MS);
  private line: RoomLine | null = null;
  private online = false;
  private due = false;
}

/** The titles of a card's sections, in small letters. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#{1,3}\s+(.+?)\s*$/gm)].map(([, title]) =>
    (title ?? '').toLowerCase()
  );
}

/** A card's sections of the second level, each with its heading. */
function sections(text: string): string[] {
  const starts = [...text.matchAll(/^## /gm)].map(({ index }) => index);
  return starts.map((start, n) => text.slice(start, starts[n + 1]).trimEnd());
}
