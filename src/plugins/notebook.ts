import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { modelPage } from '../api/models';
import { Commands, textArg, textArgs } from '../commands';
import { failure } from '../model/failure';
import { IHub } from '../tokens';
import { fillActive, goToCell, insertBelow } from '../ui/notebook';

/** Brings models into notebooks, and leads from a run to its cell. */
export const notebook: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:notebook',
  description: 'Inserts the code that loads a model; opens the cell of a run.',
  autoStart: true,
  requires: [IHub, INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    notebooks: INotebookTracker
  ): void => {
    const { server, trans } = hub;
    app.commands.addCommand(Commands.insertCode, {
      label: trans.__('Insert Code Below'),
      describedBy: textArgs(['code']),
      execute: async args => {
        const code = textArg(args, 'code');
        if (code) {
          await insert(app, notebooks, code, trans);
        }
      }
    });
    app.commands.addCommand(Commands.loadModel, {
      label: trans.__('Load Model'),
      describedBy: textArgs(['id'], ['revision']),
      execute: async args => {
        const id = textArg(args, 'id');
        if (!id) {
          return;
        }
        try {
          const page = await modelPage(server, id, textArg(args, 'revision'));
          await insert(app, notebooks, page.loadCode, trans);
        } catch (error) {
          Notification.error(failure(error).message);
        }
      }
    });
    app.commands.addCommand(Commands.openNotebook, {
      label: trans.__('Open Notebook of Run'),
      describedBy: textArgs(['path'], ['cell']),
      execute: async args => {
        const path = textArg(args, 'path');
        if (path) {
          await openAt(app, path, textArg(args, 'cell'), trans);
        }
      }
    });
  }
};

async function insert(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  code: string,
  trans: TranslationBundle
): Promise<void> {
  const panel = notebooks.currentWidget;
  if (panel) {
    app.shell.activateById(panel.id);
    await insertBelow(panel, code);
    return;
  }
  const { button } = await showDialog({
    title: trans.__('No notebook is open'),
    body: trans.__('The code needs a notebook. Open a new one?'),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('New notebook') })
    ]
  });
  if (button.accept) {
    const made: unknown = await app.commands.execute('notebook:create-new', {
      activate: true
    });
    if (made instanceof NotebookPanel) {
      await made.context.ready;
      await fillActive(made, code);
    }
  }
}

async function openAt(
  app: JupyterFrontEnd,
  path: string,
  cell: string | null,
  trans: TranslationBundle
): Promise<void> {
  try {
    const opened: unknown = await app.commands.execute('docmanager:open', {
      path
    });
    if (opened instanceof NotebookPanel && cell) {
      await opened.context.ready;
      await opened.revealed;
      if (!(await goToCell(opened, cell))) {
        Notification.info(trans.__('The cell of this run is gone.'));
      }
    }
  } catch (error) {
    Notification.error(
      trans.__('%1 cannot be opened: %2', path, failure(error).message)
    );
  }
}
