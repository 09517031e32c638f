import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { Commands, textArgs } from '../commands';
import { IHub } from '../tokens';

/** Dialogs of the hub as a whole: one's tokens, and a new repo. */
export const dialogs: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:dialogs',
  description: 'Manages access tokens, and makes models, datasets and spaces.',
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
    app.commands.addCommand(Commands.showTokens, {
      label: trans.__('Manage Access Tokens…'),
      describedBy: textArgs([]),
      execute: async () => {
        const { openTokens } = await import('./dialog-parts');
        openTokens(hub);
      }
    });
    app.commands.addCommand(Commands.createRepo, {
      label: trans.__('New Model, Dataset or Space…'),
      describedBy: textArgs([]),
      execute: async () => {
        const { openNewRepo } = await import('./dialog-parts');
        openNewRepo(hub);
      }
    });
    for (const command of [Commands.showTokens, Commands.createRepo]) {
      palette?.addItem({ command, category });
    }
  }
};
