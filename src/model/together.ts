import type { About, NotebookRole, Thread, ThreadAsked } from '../api/wire';
import { Deed } from './deed';
import type { RunNames } from './run-names';
import { Store } from './store';
import type { WorkspaceModel } from './workspace';

/** Where the thing is on which a thread hangs: there, there with other words, or deleted. */
export type Place = 'there' | 'changed' | 'gone';

export type Target = Omit<ThreadAsked, 'text'>;

/** A notebook that is open, as far as comments need to know it. */
export interface NotebookView {
  readonly path: string;
  place: (about: About) => Place;
  /** Where it stands in the notebook, for the order of threads. */
  order: (about: About) => number;
  show: (about: About) => void;
  /** What a new comment would hang on: the selected text, else the active cell. */
  target: () => Target;
}

export type Scope = 'notebook' | 'all' | 'mine';

export type TogetherTab = 'comments' | 'people' | 'suggestions';

export interface Filter {
  scope: Scope;
  resolved: boolean;
}

export interface Listed {
  thread: Thread;
  place: Place;
}

const RANK: NotebookRole[] = [
  'viewer',
  'commenter',
  'runner',
  'editor',
  'owner'
];

/** May somebody of this *role* do what *needed* may? */
export function allows(role: NotebookRole, needed: NotebookRole): boolean {
  return RANK.indexOf(role) >= RANK.indexOf(needed);
}

export interface Shown {
  thread: string;
  /** Go there with the keyboard; or stay where one writes. */
  focus: boolean;
}

/** What the *Together* panel shows: who is here, and what they said. */
export class TogetherModel {
  constructor(
    readonly workspace: WorkspaceModel,
    readonly runs: RunNames
  ) {}

  readonly tab = new Store<TogetherTab>('comments');
  readonly filter = new Store<Filter>({ scope: 'notebook', resolved: false });
  readonly notebook = new Store<NotebookView | null>(null);
  /** The file id of the notebook in front, once the server has told it. */
  readonly file = new Store<string | null>(null);
  /** What a comment that is being written hangs on; null while none is. */
  readonly target = new Store<Target | null>(null);
  /** The thread that somebody asked to see. */
  readonly shown = new Store<Shown | null>(null);
  /** Whom one follows, by user name. */
  readonly following = new Store<string | null>(null);
  /** Changes when a notebook changed, so that places are looked up anew. */
  readonly edits = new Store(0);
  readonly deed = new Deed();

  /** Have the names of all runs that are spoken of, and of those in front of people. */
  nameRuns(): void {
    const spoken = (this.workspace.shared?.threads ?? [])
      .filter(({ about }) => about.kind === 'run')
      .map(({ about }) => about.id);
    const seen = this.workspace.people.state.flatMap(({ page }) =>
      page?.is === 'run' && page.id ? [page.id] : []
    );
    void this.runs.want([...spoken, ...seen]);
  }

  /** The notebook in front is another one, or none. */
  async look(view: NotebookView | null): Promise<void> {
    this.notebook.set(view);
    this.file.set(null);
    if (view) {
      const seen = await this.workspace.api.roles(view.path).catch(() => null);
      if (this.notebook.state === view) {
        this.file.set(seen?.file ?? null);
      }
    }
  }

  /** One's role in the notebook with this file id. */
  role(file: string | null): NotebookRole {
    const roles = file ? this.workspace.shared?.roles[file] : undefined;
    const me = this.workspace.me.state ?? '';
    return roles ? (roles.people[me] ?? roles.others) : 'editor';
  }

  /** The threads that the filter lets through. */
  listed(): Listed[] {
    const { scope, resolved } = this.filter.state;
    const threads = this.workspace.shared?.threads ?? [];
    const chosen = threads.filter(
      thread =>
        (resolved || !thread.resolvedBy) &&
        (scope === 'all' ||
          (scope === 'mine' ? this.isMine(thread) : this.isHere(thread)))
    );
    const listed = chosen.map(thread => ({
      thread,
      place: this.place(thread)
    }));
    return scope === 'notebook' ? this.inOrder(listed) : listed.reverse();
  }

  /** Threads that hang on a cell of the notebook in front. */
  onCells(): Map<string, Thread[]> {
    const found = new Map<string, Thread[]>();
    for (const thread of this.workspace.shared?.threads ?? []) {
      const { cell } = thread.about;
      if (cell && !thread.resolvedBy && this.isHere(thread)) {
        found.set(cell, [...(found.get(cell) ?? []), thread]);
      }
    }
    return found;
  }

  /** Let somebody write a comment on *target*. */
  talk(target: Target): void {
    this.target.set(target);
    this.tab.set('comments');
    if (target.kind === 'run' && target.id) {
      void this.runs.want([target.id]);
    }
  }

  /** Show a thread, wherever one was in the panel. */
  reveal(thread: string, scope: Scope, focus: boolean): void {
    this.tab.set('comments');
    this.filter.set({ ...this.filter.state, scope });
    this.shown.set({ thread, focus });
  }

  begin(text: string): Promise<boolean> {
    const target = this.target.state;
    return this.deed.run(async () => {
      if (target) {
        const { id, about } = await this.workspace.api.begin({
          ...target,
          text
        });
        this.target.set(null);
        if (about.path === null) {
          // On a run or a model: what was just said is not of the notebook in front.
          this.reveal(id, 'all', false);
        }
      }
    });
  }

  isHere({ about }: Thread): boolean {
    const file = this.file.state;
    return file !== null && about.id === file && about.kind !== 'model';
  }

  private isMine({ comments }: Thread): boolean {
    const me = this.workspace.me.state ?? '';
    return comments.some(
      ({ author, mentions }) => author.name === me || mentions.includes(me)
    );
  }

  private place(thread: Thread): Place {
    const view = this.notebook.state;
    return view && this.isHere(thread) ? view.place(thread.about) : 'there';
  }

  private inOrder(listed: Listed[]): Listed[] {
    const view = this.notebook.state;
    const order = ({ thread }: Listed): number =>
      view ? view.order(thread.about) : 0;
    return [...listed].sort((a, b) => order(a) - order(b));
  }
}
