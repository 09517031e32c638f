import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { HistoryApi } from '../api/history';
import { Commands, textArg, textArgs } from '../commands';
import { HistoryModel } from '../model/history';
import { IHub } from '../tokens';
import type { HistoryWidget } from '../ui/history/widget';

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
    const tracker = new WidgetTracker<MainAreaWidget<HistoryWidget>>({
      namespace: 'hubcollab-history'
    });
    const open = async (path: string): Promise<MainAreaWidget> => {
      const { HistoryWidget } = await import('../ui/history/widget');
      const known = tracker.find(({ content }) => content.model.path === path);
      if (known) {
        void known.content.model.refresh();
        return known;
      }
      const model = new HistoryModel(path, new HistoryApi(server, path));
      const openNow = () => actions.openNotebook(path, null);
      const content = new HistoryWidget({ model, openNow, trans });
      const widget = new MainAreaWidget({ content });
      widget.id = `jupyter-hubcollab-history-${path}`;
      await tracker.add(widget);
      app.shell.add(widget, 'main', { type: 'Hub history' });
      return widget;
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
          app.shell.activateById((await open(path)).id);
        }
      }
    });
    palette?.addItem({
      command: Commands.notebookHistory,
      category: trans.__('Hub')
    });
  }
};
