import type { ICellModel } from '@jupyterlab/cells';
import { isCodeCellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';

/**
 * Makes outputs trusted in this tab once the shared notebook says so: JupyterLab looks at that only when it opens
 * a cell. Nothing is written, so that people who only read can have it, too.
 */
export class SharedTrust implements IDisposable {
  constructor(private readonly panel: NotebookPanel) {
    void panel.context.ready.then(() => {
      if (!panel.isDisposed) {
        panel.model?.cells.changed.connect(this.watch);
        this.watch();
      }
    });
  }

  isDisposed = false;

  dispose(): void {
    this.isDisposed = true;
    this.panel.model?.cells.changed.disconnect(this.watch);
  }

  private readonly watch = () => {
    for (const cell of this.panel.model?.cells ?? []) {
      if (!this.watched.has(cell)) {
        this.watched.add(cell);
        cell.metadataChanged.connect(this.follow);
        this.follow(cell);
      }
    }
  };

  private readonly follow = (cell: ICellModel) => {
    const isTrusted = cell.getMetadata('trusted') === true;
    if (isCodeCellModel(cell) && isTrusted && !cell.outputs.trusted) {
      cell.outputs.trusted = true;
    }
  };

  private readonly watched = new WeakSet<ICellModel>();
}
