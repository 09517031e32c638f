import type { ICollaborativeContentProvider } from '@jupyter/collaborative-drive';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { InputDialog, Notification } from '@jupyterlab/apputils';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { Suggestion } from '../api/wire';
import { failure } from '../model/failure';
import type { IHub } from '../tokens';

/** Begins suggestions, and has a tab work on one. */
export class Suggesting {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly hub: IHub,
    private readonly drive: ICollaborativeContentProvider | null
  ) {}

  async suggest(path: string): Promise<void> {
    const { trans, workspace } = this.hub;
    const { value } = await InputDialog.getText({
      title: trans.__('Suggest changes'),
      label: trans.__('What for?'),
      okLabel: trans.__('Begin')
    });
    if (value?.trim()) {
      await this.trying(async () => {
        await this.work(await workspace.api.suggest(path, value));
      });
    }
  }

  async work(suggestion: Suggestion): Promise<void> {
    await this.trying(async () => {
      const { trans } = this.hub;
      const { workOn } = await import('../ui/together/forked');
      const panel = await this.opened(suggestion.path);
      const done = () => void this.leave(panel, suggestion.path);
      const provider = this.providerOf(panel);
      if (!(await workOn(panel, suggestion, provider, done, trans))) {
        Notification.error(
          trans.__('This notebook is not edited together, so it has no forks.')
        );
        return;
      }
      this.mark(suggestion.path, true);
      panel.disposed.connect(() => this.mark(suggestion.path, false));
    });
  }

  /** The tab has the fork's edits now: only one that is opened anew shows the notebook. */
  private async leave(panel: NotebookPanel, path: string): Promise<void> {
    panel.dispose();
    await this.opened(path);
  }

  private async opened(path: string): Promise<NotebookPanel> {
    const opened: unknown = await this.app.commands.execute('docmanager:open', {
      path
    });
    if (!(opened instanceof NotebookPanel)) {
      throw new Error(this.hub.trans.__('%1 cannot be opened', path));
    }
    await opened.context.ready;
    return opened;
  }

  private providerOf({ context }: NotebookPanel): unknown {
    const providers = this.drive?.providers;
    const { contents } = this.app.serviceManager;
    const local = contents.localPath(context.path);
    return (
      providers?.get(`json:notebook:${context.path}`) ??
      providers?.get(`json:notebook:${local}`)
    );
  }

  private mark(path: string, on: boolean): void {
    const { suggesting } = this.hub.workspace;
    const next = new Set(suggesting.state);
    if (on) {
      next.add(path);
    } else {
      next.delete(path);
    }
    suggesting.set(next);
  }

  private async trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      Notification.error(failure(error).message);
    }
  }
}
