import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';

/** How a page comes back after a reload. */
interface Restored<W> {
  /** Opens it, … */
  command: string;
  /** … with these arguments. */
  args: (content: W) => ReadonlyPartialJSONObject;
  name: (content: W) => string;
}

/** Pages of one kind in the main area; each of them is open once. */
export class MainPages<W extends Widget> {
  /** *name* sets them apart from other kinds, *type* names them for who arranges the main area. */
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly name: string,
    private readonly type: string
  ) {
    this.tracker = new WidgetTracker({ namespace: `hubcollab-${name}` });
  }

  /** The page that *is* tells, or else the one that is made now; *key* sets it apart from its like. */
  async open(
    is: (content: W) => boolean,
    key: string,
    make: () => W
  ): Promise<MainAreaWidget<W>> {
    const known = this.tracker.find(({ content }) => is(content));
    if (known) {
      return known;
    }
    const page = new MainAreaWidget({ content: make() });
    page.id = `jupyter-hubcollab-${this.name}-${key}`;
    await this.tracker.add(page);
    this.app.shell.add(page, 'main', { type: this.type });
    return page;
  }

  /** Keep what *content* shows now for the next reload. */
  save(content: W): void {
    const page = this.tracker.find(one => one.content === content);
    if (page) {
      void this.tracker.save(page);
    }
  }

  /** Bring the pages back after a reload. */
  restore(
    restorer: ILayoutRestorer | null,
    { command, args, name }: Restored<W>
  ): void {
    void restorer?.restore(this.tracker, {
      command,
      args: ({ content }) => args(content),
      name: ({ content }) => name(content)
    });
  }

  private readonly tracker: WidgetTracker<MainAreaWidget<W>>;
}
