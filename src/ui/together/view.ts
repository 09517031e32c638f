import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Text } from 'yjs';
import type { About, Thread } from '../../api/wire';
import type { Stretch } from '../../model/anchor';
import { anchorOf, stretchOf } from '../../model/anchor';
import type { Where } from '../../model/people';
import { alike } from '../../model/people';
import type { NotebookView, Place, Target } from '../../model/together';
import { goToCell } from '../notebook';
import type { Commented } from './highlights';

/** An open notebook, as comments and presence see it. */
export class OpenNotebook implements NotebookView {
  constructor(
    readonly panel: NotebookPanel,
    readonly path: string
  ) {}

  place(about: About): Place {
    if (!about.cell) {
      return 'there';
    }
    const cell = this.cell(about.cell);
    if (!cell) {
      return 'gone';
    }
    return about.kind === 'text' && !this.stretch(cell, about)
      ? 'changed'
      : 'there';
  }

  order(about: About): number {
    const { widgets } = this.panel.content;
    const index = widgets.findIndex(({ model }) => model.id === about.cell);
    if (index < 0) {
      return about.cell ? widgets.length : -1;
    }
    const cell = widgets[index];
    const start = cell ? this.stretch(cell, about)?.start : undefined;
    return index + Math.min(0.9, (start ?? -1) / 100_000);
  }

  show(about: About): void {
    if (about.cell) {
      void this.reveal(about.cell, about);
    }
  }

  /** The words in a cell on which these threads hang. */
  commented(id: string, threads: Thread[]): Commented[] {
    const cell = threads.length ? this.cell(id) : undefined;
    return threads.flatMap(thread => {
      const stretch = cell && this.stretch(cell, thread.about);
      return stretch ? [{ ...stretch, thread }] : [];
    });
  }

  target(): Target {
    const { path } = this;
    const cell = this.panel.content.activeCell;
    if (!cell) {
      return { kind: 'notebook', path };
    }
    const chosen = this.chosen(cell);
    const text = textOf(cell);
    const { id } = cell.model;
    return chosen && text
      ? {
          kind: 'text',
          path,
          cell: id,
          ...anchorOf(text, chosen)
        }
      : { kind: 'cell', path, cell: id, quote: firstLine(cell) };
  }

  /** Where the person at this tab is. */
  where(): Pick<Where, 'path' | 'cell' | 'top' | 'offset'> {
    const { content } = this.panel;
    const view = this.scroller.getBoundingClientRect();
    const active = content.activeCell;
    const head = active?.node.getBoundingClientRect();
    // Where windows are of other widths, cells are of other heights: who follows must see the cell in which one works.
    const begins = head && head.height > 0 && head.top >= view.top;
    const anchor =
      begins && head.top < view.bottom - 20 ? active : this.first(view);
    const top = anchor?.node.getBoundingClientRect().top ?? view.top;
    return {
      path: this.path,
      cell: active?.model.id ?? null,
      top: anchor?.model.id ?? null,
      offset: Math.round(top - view.top)
    };
  }

  private first(view: DOMRect): Cell | undefined {
    return this.panel.content.widgets.find(({ node }) => {
      const { bottom, height } = node.getBoundingClientRect();
      return height > 0 && bottom > view.top + 1;
    });
  }

  /** Show what somebody else sees. */
  async look({ top, offset }: Where): Promise<void> {
    const { content } = this.panel;
    const index = content.widgets.findIndex(({ model }) => model.id === top);
    const cell = content.widgets[index];
    if (!cell) {
      return;
    }
    await content.scrollToItem(index, 'start');
    const view = this.scroller.getBoundingClientRect();
    const now = cell.node.getBoundingClientRect();
    this.scroller.scrollTop +=
      now.top - view.top - alike(offset, now.height, view.height);
  }

  /** The element that scrolls. */
  get scroller(): Element {
    const { node } = this.panel.content;
    return node.querySelector('.jp-WindowedPanel-outer') ?? node;
  }

  private async reveal(id: string, about: About): Promise<void> {
    await goToCell(this.panel, id);
    const cell = this.cell(id);
    const stretch = cell && this.stretch(cell, about);
    const editor = cell?.editor;
    if (stretch && editor) {
      const start = editor.getPositionAt(stretch.start);
      const end = editor.getPositionAt(stretch.end);
      if (start && end) {
        editor.setSelection({ start, end });
      }
    }
  }

  private cell(id: string): Cell | undefined {
    return this.panel.content.widgets.find(({ model }) => model.id === id);
  }

  private stretch(cell: Cell, about: About): Stretch | null {
    const text = textOf(cell);
    return text?.doc && about.kind === 'text'
      ? stretchOf(text.doc, text, about)
      : null;
  }

  /** The text that is selected in a cell, if it is more than a cursor. */
  private chosen({ editor }: Cell): Stretch | null {
    if (!editor) {
      return null;
    }
    const { start, end } = editor.getSelection();
    const [a, b] = [editor.getOffsetAt(start), editor.getOffsetAt(end)];
    return a === b ? null : { start: Math.min(a, b), end: Math.max(a, b) };
  }
}

function firstLine({ model }: Cell): string {
  const [line] = model.sharedModel.getSource().split('\n');
  return (line ?? '').slice(0, 120);
}

/** The cell's source as Yjs has it. */
function textOf({ model }: Cell): Text | null {
  const { sharedModel } = model;
  return 'ysource' in sharedModel && sharedModel.ysource instanceof Text
    ? sharedModel.ysource
    : null;
}
