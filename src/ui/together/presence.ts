import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Thread } from '../../api/wire';
import type { Widget } from '@lumino/widgets';
import type { Page, Where } from '../../model/people';
import { NOWHERE, onePerPerson } from '../../model/people';
import type { TogetherModel } from '../../model/together';
import { HubPageWidget } from '../page-widget';
import { Attention } from './attention';
import { Highlights } from './highlights';
import type { MarkedCell } from './marks';
import { markCells } from './marks';
import { OpenNotebook } from './view';

const SETTLE_MS = 120;

export interface PresenceOptions {
  notebooks: INotebookTracker;
  shell: JupyterFrontEnd.IShell;
  model: TogetherModel;
  /** The path by which everybody knows a file. */
  localPath: (path: string) => string;
  openThread: (thread: Thread) => void;
  /** Show what was said, and leave the notebook where it is. */
  showThread: (thread: Thread, focus: boolean) => void;
  openNotebook: (path: string) => void;
  trans: TranslationBundle;
}

/** Watches the notebook in front: tells where one is, shows where others are, and follows them. */
export class Presence {
  constructor(private readonly options: PresenceOptions) {
    const { notebooks, model, shell } = options;
    const { workspace } = model;
    shell.currentChanged?.connect(this.turnPage, this);
    notebooks.currentChanged.connect(() => this.turn());
    notebooks.activeCellChanged.connect(() => this.soon());
    workspace.people.changed.connect(() => {
      this.mark();
      this.follow();
    });
    workspace.store.changed.connect(() => this.mark());
    model.file.changed.connect(() => this.mark());
    model.following.changed.connect(() => this.follow());
    this.attention = new Attention(() => this.tell());
    this.highlights = new Highlights(
      thread => options.showThread(thread, false),
      options.trans
    );
    for (const sign of ['wheel', 'keydown', 'pointerdown']) {
      document.addEventListener(sign, this.onOwnWay, { passive: true });
    }
    this.turn();
    this.turnPage();
  }

  /** Something else is in front: a notebook, a page, a text. */
  private turnPage(): void {
    this.page?.turned.disconnect(this.soon, this);
    this.page = hubPage(this.options.shell.currentWidget);
    this.page?.turned.connect(this.soon, this);
    this.soon();
  }

  /** Another notebook is in front. */
  private turn(): void {
    const { notebooks, model, localPath } = this.options;
    const panel = notebooks.currentWidget;
    this.stopWatching();
    this.view = panel && new OpenNotebook(panel, localPath(panel.context.path));
    void model.look(this.view);
    if (panel) {
      void this.watch(panel);
    }
    this.soon();
  }

  private async watch(panel: NotebookPanel): Promise<void> {
    await panel.context.ready;
    if (panel.isDisposed || this.view?.panel !== panel) {
      return;
    }
    const { content, context } = panel;
    const { scroller } = this.view;
    const edited = () => this.soon();
    const renamed = () => this.turn();
    scroller.addEventListener('scroll', edited, { passive: true });
    // What the leader sees is elsewhere once an output was loaded here.
    const grown = new ResizeObserver(() => this.followSoon());
    grown.observe(scroller.firstElementChild ?? scroller);
    content.model?.contentChanged.connect(edited);
    context.pathChanged.connect(renamed);
    this.stopWatching = () => {
      scroller.removeEventListener('scroll', edited);
      grown.disconnect();
      content.model?.contentChanged.disconnect(edited);
      context.pathChanged.disconnect(renamed);
    };
    this.soon();
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      const { edits } = this.options.model;
      edits.set(edits.state + 1);
      this.tell();
      this.mark();
    }, SETTLE_MS);
  }

  private tell(): void {
    const { workspace } = this.options.model;
    workspace.tell({
      ...NOWHERE,
      ...this.where(),
      idle: this.attention.idle
    });
  }

  private where(): Partial<Where> {
    const { view } = this;
    const front = this.options.shell.currentWidget;
    if (view && !view.panel.isDisposed && front === view.panel) {
      return view.where();
    }
    return front ? { page: pageOf(front) } : {};
  }

  private mark(): void {
    const { view } = this;
    const { model, openThread, trans } = this.options;
    if (!view || view.panel.isDisposed) {
      return;
    }
    const me = model.workspace.me.state;
    const marked = new Map<string, MarkedCell>();
    const at = (cell: string): MarkedCell => {
      const found = marked.get(cell) ?? { people: [], threads: [] };
      marked.set(cell, found);
      return found;
    };
    for (const here of onePerPerson(model.workspace.people.state)) {
      if (here.path === view.path && here.cell && here.name !== me) {
        at(here.cell).people.push(here);
      }
    }
    model.onCells().forEach((threads, cell) => {
      at(cell).threads = threads;
    });
    markCells(view.panel, marked, openThread, trans);
    for (const { editor, model } of view.panel.content.widgets) {
      if (editor) {
        const threads = marked.get(model.id)?.threads ?? [];
        this.highlights.show(editor.host, view.commented(model.id, threads));
      }
    }
  }

  /** Show what was said about the words at the cursor; false if nothing was. */
  openAtCursor(): boolean {
    const editor = this.view?.panel.content.activeCell?.editor;
    const thread = editor && this.highlights.atCursor(editor.host);
    if (thread) {
      this.options.showThread(thread, true);
    }
    return !!thread;
  }

  private followSoon(): void {
    if (this.options.model.following.state !== null) {
      clearTimeout(this.growing);
      this.growing = setTimeout(() => this.follow(), SETTLE_MS);
    }
  }

  private follow(): void {
    const { model, openNotebook } = this.options;
    const name = model.following.state;
    const people = onePerPerson(model.workspace.people.state);
    const leader = people.find(here => here.name === name);
    if (!leader?.path) {
      return;
    }
    if (leader.path !== this.view?.path) {
      if (leader.path !== this.opening) {
        this.opening = leader.path;
        openNotebook(leader.path);
      }
      return;
    }
    this.opening = null;
    void this.view.look(leader);
  }

  /** Who scrolls or types in a notebook goes their own way. */
  private readonly onOwnWay = ({ target }: Event) => {
    const { following } = this.options.model;
    const inside =
      target instanceof Node && this.view?.panel.node.contains(target);
    if (following.state !== null && inside) {
      following.set(null);
    }
  };

  private view: OpenNotebook | null = null;
  private page: HubPageWidget<Disposable> | null = null;
  private opening: string | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private growing: ReturnType<typeof setTimeout> | undefined;
  private readonly attention: Attention;
  private readonly highlights: Highlights;
  private stopWatching: () => void = () => undefined;
}

interface Disposable {
  dispose: () => void;
}

/** The page of the hub that *widget* is, if it is one. */
function hubPage(widget: Widget | null): HubPageWidget<Disposable> | null {
  const inner = widget instanceof MainAreaWidget ? widget.content : widget;
  return inner instanceof HubPageWidget ? inner : null;
}

/** What others are told of a *widget* that is no notebook. */
function pageOf(widget: Widget): Page {
  return hubPage(widget)?.page ?? { is: 'elsewhere' };
}
