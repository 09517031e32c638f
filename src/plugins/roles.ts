import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Dialog,
  ICommandPalette,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { Commands, textArgs } from '../commands';
import { failure } from '../model/failure';
import { IHub } from '../tokens';

/** Who may do what with a notebook: a dialog, and read-only notebooks. */
export const roles: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:roles',
  description: 'Roles of people in notebooks.',
  autoStart: true,
  requires: [IHub, INotebookTracker],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    notebooks: INotebookTracker,
    palette: ICommandPalette | null
  ): void => {
    const { trans, workspace } = hub;
    const { contents } = app.serviceManager;
    app.commands.addCommand(Commands.notebookRoles, {
      label: trans.__('Who May Do What with This Notebook…'),
      describedBy: textArgs([]),
      isEnabled: () => notebooks.currentWidget !== null,
      execute: async () => {
        const path = notebooks.currentWidget?.context.path;
        if (path) {
          await change(contents.localPath(path));
        }
      }
    });
    palette?.addItem({
      command: Commands.notebookRoles,
      category: trans.__('Hub')
    });
    const change = async (path: string): Promise<void> => {
      try {
        const [seen, { RolesBody }] = await Promise.all([
          workspace.api.roles(path),
          import('../ui/roles/dialog')
        ]);
        const cancel = Dialog.cancelButton({ label: trans.__('Cancel') });
        const save = Dialog.okButton({ label: trans.__('Save') });
        const { button, value } = await showDialog({
          title: trans.__('Who may do what with %1', path),
          body: new RolesBody(seen, trans),
          buttons: seen.mayChange ? [cancel, save] : [cancel]
        });
        if (button.accept && value) {
          await workspace.api.giveRoles(path, value.people, value.others);
        }
      } catch (error) {
        Notification.error(failure(error).message);
      }
    };

    /** Keep a notebook as its role says, and change with it. */
    const guard = async (panel: NotebookPanel): Promise<void> => {
      await panel.context.ready;
      const path = contents.localPath(panel.context.path);
      const seen = await workspace.api.roles(path).catch(() => null);
      if (!seen || panel.isDisposed) {
        return;
      }
      const { ReadOnly } = await import('../ui/roles/read-only');
      const readOnly = new ReadOnly(panel, trans, why =>
        Notification.warning(why, { autoClose: 4000 })
      );
      const apply = () => {
        const given = workspace.shared?.roles[seen.file];
        const me = workspace.me.state ?? '';
        const suggests = workspace.suggesting.state.has(path);
        readOnly.set(
          suggests
            ? 'editor'
            : given
              ? (given.people[me] ?? given.others)
              : seen.mine
        );
      };
      workspace.store.changed.connect(apply);
      workspace.suggesting.changed.connect(apply);
      panel.disposed.connect(() => {
        workspace.store.changed.disconnect(apply);
        workspace.suggesting.changed.disconnect(apply);
      });
      apply();
    };

    notebooks.widgetAdded.connect((_, panel) => {
      void guard(panel);
    });
    // A notebook that was restored before us is there already.
    notebooks.forEach(panel => {
      void guard(panel);
    });
  }
};
