import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { Commands, textArgs } from '../commands';
import { IHub } from '../tokens';

/** The dialog that makes a repo. */
export const dialogs: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:dialogs',
  description: 'Makes models, datasets and spaces.',
  autoStart: true,
  requires: [IHub],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    palette: ICommandPalette | null
  ): void => {
    const { trans } = hub;
    const category = trans.__('Hub');
    app.commands.addCommand(Commands.createRepo, {
      label: trans.__('New Model, Dataset or Space…'),
      describedBy: textArgs([]),
      execute: async () => {
        const { openNewRepo } = await import('./dialog-parts');
        openNewRepo(hub);
      }
    });
    palette?.addItem({ command: Commands.createRepo, category });
  }
};
