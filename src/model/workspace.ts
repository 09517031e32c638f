import type { RoomLine, RoomListener } from '../api/room';
import type {
  Draft,
  Pin,
  Roles,
  RunsCompared,
  RunsComparedAsked,
  Shortlisted,
  Suggestion,
  Thread
} from '../api/wire';
import type { WorkspaceApi } from '../api/workspace';
import type { Here, Where } from './people';
import { NOWHERE, hereOf } from './people';
import { Store } from './store';

/** What the shared document holds. */
export interface Shared {
  pins: Pin[];
  /** The comparison of runs under discussion. */
  comparison: RunsCompared | null;
  shortlist: Shortlisted[];
  drafts: Draft[];
  threads: Thread[];
  suggestions: Suggestion[];
  /** By file id. */
  roles: { [file: string]: Roles };
  /** Display names by user name. */
  people: { [name: string]: string };
}

export type WorkspaceState =
  { is: 'connecting' } | { is: 'shown'; workspace: Shared; online: boolean };

export type OpenRoom = (
  room: string,
  listener: RoomListener
) => Promise<RoomLine>;

const WORKSPACE = 'hubcollab:workspace';

/** The workspace document, live: read here, written through the server, which vouches for the authors. */
export class WorkspaceModel {
  constructor(
    readonly api: WorkspaceApi,
    private readonly open: OpenRoom,
    /** The colour of one's own cursor in notebooks. */
    private readonly color: () => string | undefined = () => undefined
  ) {}

  readonly store = new Store<WorkspaceState>({ is: 'connecting' });
  /** All tabs that are here, one's own too. */
  readonly people = new Store<Here[]>([]);
  /** One's own user name, once it is known. */
  readonly me = new Store<string | null>(null);

  /** Paths of notebooks in which one works on a suggestion. */
  readonly suggesting = new Store<ReadonlySet<string>>(new Set());

  /** What is shown; nothing while it is not connected yet. */
  get shared(): Shared | null {
    const { state } = this.store;
    return state.is === 'shown' ? state.workspace : null;
  }

  /** Display names by user name, of all who wrote here and of all who are here. */
  get known(): { [name: string]: string } {
    const here = this.people.state.map(({ name, displayName }) => [
      name,
      displayName
    ]);
    return { ...Object.fromEntries(here), ...this.shared?.people };
  }

  /** Connect; later calls do nothing. */
  async start(): Promise<void> {
    if (this.started) {
      return;
    }
    this.started = true;
    const [line, me] = await Promise.all([
      this.open(WORKSPACE, {
        changed: () => this.soon(),
        online: is => {
          this.online = is;
          this.soon();
        }
      }),
      this.api.me().catch(() => null)
    ]);
    this.line = line;
    this.myName = me?.displayName ?? '';
    this.me.set(me?.name ?? null);
    this.say();
    this.soon();
  }

  /** Tell the others where one is. */
  tell(where: Where): void {
    this.where = where;
    this.say();
  }

  /** Open the room of a draft; its text is `doc.getText('source')`. */
  edit(draft: Draft, listener: RoomListener): Promise<RoomLine> {
    return this.open(draft.room, listener);
  }

  pin(run: string, name: string, note: string): Promise<Pin> {
    return this.api.pin(run, name, note);
  }

  unpin(run: string): Promise<void> {
    return this.api.unpin(run);
  }

  compare(asked: RunsComparedAsked): Promise<RunsCompared> {
    return this.api.compare(asked);
  }

  endComparison(): Promise<void> {
    return this.api.endComparison();
  }

  shortlist(model: string, note: string): Promise<Shortlisted> {
    return this.api.shortlist(model, note);
  }

  dismiss(model: string): Promise<void> {
    return this.api.dismiss(model);
  }

  dispose(): void {
    this.line?.close();
  }

  private say(): void {
    const username = this.me.state;
    const color = this.color();
    const user = username
      ? { username, display_name: this.myName, ...(color && { color }) }
      : {};
    this.line?.tell({ user, where: this.where });
  }

  /** Many changes come together: they are shown once. */
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
    if (!this.line) {
      return;
    }
    const { doc, awareness } = this.line;
    const mine = doc.clientID;
    this.people.set(hereOf(awareness.getStates(), mine));
    if (this.online || this.store.state.is === 'shown') {
      const workspace = read(this.line);
      this.store.set({ is: 'shown', workspace, online: this.online });
    }
  }

  private line: RoomLine | null = null;
  private where = NOWHERE;
  private myName = '';
  private online = false;
  private started = false;
  private due = false;
}

/** The server alone writes the document: its values are of the shapes that wire.py declares. */
function read({ doc }: RoomLine): Shared {
  const all = <T>(part: string): { [key: string]: T } =>
    doc.getMap<T>(part).toJSON();
  const byTime = <T extends { at: string }>(part: string): T[] =>
    Object.values(all<T>(part)).sort((a, b) => a.at.localeCompare(b.at));
  return {
    pins: byTime<Pin>('pins'),
    comparison: byTime<RunsCompared>('comparison').pop() ?? null,
    shortlist: byTime<Shortlisted>('shortlist'),
    drafts: byTime<Draft>('drafts'),
    threads: Object.values(all<Thread>('threads')).sort((a, b) =>
      begun(a).localeCompare(begun(b))
    ),
    suggestions: byTime<Suggestion>('suggestions'),
    roles: all<Roles>('roles'),
    people: all<string>('people')
  };
}

function begun(thread: Thread): string {
  return thread.comments[0]?.at ?? '';
}
