import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { HistoryApi } from '../api/history';
import { Commands, textArg, textArgs } from '../commands';
import { HistoryModel } from '../model/history';
import { IHub } from '../tokens';
import type { HistoryWidget } from '../ui/history/widget';
import { MainPages } from './main-pages';

/** Opens the history of a notebook in the main area. */
export const history: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:history',
  description:
    'Who changed what in a notebook, named points, and the way back.',
  autoStart: true,
  requires: [IHub, INotebookTracker],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    notebooks: INotebookTracker,
    palette: ICommandPalette | null
  ): void => {
    const { server, actions, trans } = hub;
    const { contents } = app.serviceManager;
    const pages = new MainPages<HistoryWidget>(app, 'history', 'Hub history');
    const open = async (path: string): Promise<void> => {
      const { HistoryWidget } = await import('../ui/history/widget');
      const page = await pages.open(
        ({ model }) => model.path === path,
        path,
        () =>
          new HistoryWidget({
            model: new HistoryModel(path, new HistoryApi(server, path)),
            openNow: () => actions.openNotebook(path, null),
            trans
          })
      );
      void page.content.model.refresh();
      app.shell.activateById(page.id);
    };
    const inFront = () => {
      const path = notebooks.currentWidget?.context.path;
      return path ? contents.localPath(path) : null;
    };
    app.commands.addCommand(Commands.notebookHistory, {
      label: trans.__('History of This Notebook'),
      describedBy: textArgs([], ['path']),
      isEnabled: args => (textArg(args, 'path') ?? inFront()) !== null,
      execute: async args => {
        const path = textArg(args, 'path') ?? inFront();
        if (path) {
          await open(path);
        }
      }
    });
    palette?.addItem({
      command: Commands.notebookHistory,
      category: trans.__('Hub')
    });
  }
};
