import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookCellExecutor, INotebookTracker } from '@jupyterlab/notebook';
import { IHub } from '../tokens';
import { ServerExecutor } from '../ui/execution/executor';

/** Runs cells on the server; takes the place of docprovider's executor, which this package switches off. */
export const execution: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: 'jupyter-hubcollab:execution',
  description: 'Runs cells of shared notebooks on the server.',
  autoStart: true,
  requires: [IHub],
  provides: INotebookCellExecutor,
  activate: (app: JupyterFrontEnd, hub: IHub): INotebookCellExecutor => {
    const { server, workspace, trans } = hub;
    const { contents } = app.serviceManager;
    const isForked = (path: string) =>
      workspace.suggesting.state.has(contents.localPath(path));
    return new ServerExecutor(server, isForked, trans);
  }
};

/** After a reload, cells that still run can go on asking for input. */
export const resume: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:resume',
  description: 'Answers for cells that were started before a reload.',
  autoStart: true,
  requires: [IHub, INotebookTracker, INotebookCellExecutor],
  activate: (
    _: JupyterFrontEnd,
    hub: IHub,
    notebooks: INotebookTracker,
    executor: INotebookCellExecutor
  ): void => {
    const { workspace } = hub;
    const go = async (panel: NotebookPanel): Promise<void> => {
      await panel.context.ready;
      const room = panel.content.model?.sharedModel.getState('document_id');
      const me = workspace.me.state ?? (await workspace.api.me()).name;
      if (typeof room === 'string' && executor instanceof ServerExecutor) {
        await executor.resume(room, me);
      }
    };
    notebooks.widgetAdded.connect((__, panel) => {
      go(panel).catch(error => console.warn(error));
    });
  }
};
