import { ICollaborativeContentProvider } from '@jupyter/collaborative-drive';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { Thread } from '../api/wire';
import { Commands, textArg, textArgs } from '../commands';
import { someRuns } from '../api/runs';
import { RunNames } from '../model/run-names';
import { TogetherModel } from '../model/together';
import { IHub } from '../tokens';
import type { Presence } from '../ui/together/presence';
import { TogetherPanel } from '../ui/together/widget';
import { Suggesting } from './suggesting';

/** Adds the panel *Together*: who is here, comments, suggestions; marks in cells. */
export const together: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:together',
  description: 'People, comments and suggestions beside the notebook.',
  autoStart: true,
  requires: [IHub, INotebookTracker],
  optional: [ILayoutRestorer, ICommandPalette, ICollaborativeContentProvider],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    notebooks: INotebookTracker,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    drive: ICollaborativeContentProvider | null
  ): void => {
    const { trans, actions, workspace } = hub;
    const names = new RunNames(ids => someRuns(hub.server, ids));
    const model = new TogetherModel(workspace, names);
    workspace.store.changed.connect(() => model.nameRuns());
    workspace.people.changed.connect(() => model.nameRuns());
    const suggesting = new Suggesting(app, hub, drive);
    const widget = new TogetherPanel({
      model,
      actions,
      suggest: path => void suggesting.suggest(path),
      work: suggestion => void suggesting.work(suggestion),
      trans
    });
    app.shell.add(widget, 'right', { rank: 700, type: 'Hub' });
    restorer?.add(widget, widget.id);

    const showThread = ({ id }: Thread, focus: boolean) => {
      model.reveal(id, 'notebook', focus);
      app.shell.activateById(widget.id);
    };
    const openThread = (thread: Thread) => {
      showThread(thread, false);
      model.notebook.state?.show(thread.about);
    };
    let presence: Presence | null = null;
    const { contents } = app.serviceManager;
    void app.restored.then(async () => {
      const { Presence } = await import('../ui/together/presence');
      presence = new Presence({
        notebooks,
        shell: app.shell,
        model,
        localPath: path => contents.localPath(path),
        openThread,
        showThread,
        openNotebook: path => actions.openNotebook(path, null),
        trans
      });
    });

    app.commands.addCommand(Commands.comment, {
      label: trans.__('Comment on Selection or Cell'),
      describedBy: textArgs([], ['kind', 'id', 'revision']),
      execute: args => {
        const kind = textArg(args, 'kind');
        const id = textArg(args, 'id') ?? '';
        const revision = textArg(args, 'revision');
        const { state } = model.notebook;
        if (kind === 'model' || kind === 'version' || kind === 'run') {
          model.talk({ kind, id, revision });
        } else if (state) {
          model.talk(state.target());
        }
        app.shell.activateById(widget.id);
      }
    });
    app.commands.addCommand(Commands.openComment, {
      label: trans.__('Open Comment at Cursor'),
      describedBy: textArgs([]),
      execute: () => {
        if (!presence?.openAtCursor()) {
          Notification.info(trans.__('No comment on the words at the cursor.'));
        }
      }
    });
    app.commands.addCommand(Commands.showTogether, {
      label: trans.__('Show People and Comments'),
      describedBy: textArgs([]),
      execute: () => app.shell.activateById(widget.id)
    });
    const category = trans.__('Hub');
    palette?.addItem({ command: Commands.comment, category });
    palette?.addItem({ command: Commands.openComment, category });
    palette?.addItem({ command: Commands.showTogether, category });

    hub.connection.happened.connect((_, event) => {
      if (event.type === 'run') {
        names.told(event.run);
      } else if (event.type === 'mentioned') {
        const { thread, by } = event;
        const said = thread.comments.find(({ id }) => id === event.comment);
        Notification.info(
          trans.__('%1: %2', by.displayName, said?.text.slice(0, 140) ?? ''),
          {
            autoClose: 15_000,
            actions: [
              {
                label: trans.__('Show'),
                callback: () => {
                  model.reveal(thread.id, 'mine', false);
                  app.shell.activateById(widget.id);
                }
              }
            ]
          }
        );
      }
    });
  }
};
