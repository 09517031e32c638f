import type { NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { NotebookRole } from '../../api/wire';
import { allows } from '../../model/together';

const CLASS = 'jp-HubReadOnly';

/** Shows what a role allows, and keeps the hands off what the server would refuse. */
export class ReadOnly {
  constructor(
    private readonly panel: NotebookPanel,
    private readonly trans: TranslationBundle,
    private readonly refused: (why: string) => void
  ) {
    const { model } = panel.content;
    model?.cells.changed.connect(() => this.lock());
    model?.sharedModel.changed.connect((_, change) => {
      if (this.isLocked && change.cellsChange && !this.undoing) {
        this.takeBack();
      }
    });
  }

  /** The role that one has now. */
  set(role: NotebookRole): void {
    if (role === this.role) {
      return;
    }
    this.role = role;
    this.banner?.dispose();
    this.banner = null;
    if (this.isLocked) {
      this.banner = new Widget();
      this.banner.addClass(CLASS);
      this.banner.node.setAttribute('role', 'status');
      this.banner.node.textContent = this.text(role);
      this.panel.contentHeader.addWidget(this.banner);
    }
    this.lock();
  }

  private get isLocked(): boolean {
    return !allows(this.role, 'editor');
  }

  private lock(): void {
    for (const cell of this.panel.content.widgets) {
      cell.readOnly = this.isLocked;
    }
  }

  /** A cell that was added, moved or deleted here is put back: the server did not take it. */
  private takeBack(): void {
    const { content } = this.panel;
    this.undoing = true;
    // The change is told while it is made; it can be undone once it is over.
    queueMicrotask(() => {
      const before = content.model?.sharedModel.canUndo();
      if (before) {
        NotebookActions.undo(content);
        this.refused(this.text(this.role));
      }
      this.undoing = false;
    });
  }

  private text(role: NotebookRole): string {
    switch (role) {
      case 'commenter':
        return this.trans.__(
          'You may read this notebook, comment on it and suggest changes.'
        );
      case 'runner':
        return this.trans.__('You may read and run this notebook.');
      case 'viewer':
      case 'editor':
      case 'owner':
        return this.trans.__('You may read this notebook.');
    }
  }

  private role: NotebookRole = 'editor';
  private banner: Widget | null = null;
  private undoing = false;
}
