import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { EventStream } from '../api/events';
import { address } from '../api/request';
import { WorkspaceApi } from '../api/workspace';
import { Commands } from '../commands';
import { Connection } from '../model/connection';
import { WorkspaceModel } from '../model/workspace';
import { IHub } from '../tokens';

/** Provides the hub: its live line, and the actions that end in commands. */
export const hub: JupyterFrontEndPlugin<IHub> = {
  id: 'jupyter-hubcollab:hub',
  description: 'Connects JupyterLab with the model hub.',
  autoStart: true,
  optional: [ITranslator],
  provides: IHub,
  activate: (app: JupyterFrontEnd, translator: ITranslator | null): IHub => {
    const trans = (translator ?? nullTranslator).load('jupyter_hubcollab');
    const server = app.serviceManager.serverSettings;
    const connection = new Connection(
      listener => new EventStream(server, listener)
    );
    // The network is back, or the laptop woke up: do not wait for the next try.
    const retry = () => connection.retry();
    window.addEventListener('online', retry);
    document.addEventListener('visibilitychange', retry);
    void app.restored.then(() => connection.start());

    // Yjs and the room are loaded once the lab stands.
    const workspace = new WorkspaceModel(
      new WorkspaceApi(server),
      async (room, listener) => {
        const { RoomLine } = await import('../api/room');
        return new RoomLine(server, room, listener);
      },
      () => app.serviceManager.user.identity?.color
    );
    void app.restored.then(() => workspace.start());

    const run = (command: string, args: { [name: string]: string | null }) =>
      void app.commands.execute(command, args);
    return {
      server,
      connection,
      workspace,
      trans,
      actions: {
        openModel: (id, revision) =>
          run(Commands.openModel, { id, revision: revision ?? null }),
        openRepo: ({ kind, id }, revision) =>
          run(Commands.openRepo, { kind, id, revision: revision ?? null }),
        openAccount: () => run(Commands.openAccount, {}),
        openOther: ({ kind, id }) => run(Commands.openOther, { kind, id }),
        editCard: ({ kind, id }) => run(Commands.editCard, { kind, id }),
        createRepo: () => run(Commands.createRepo, {}),
        openRun: id => run(Commands.openRun, { id }),
        openNotebook: (path, cell) =>
          run(Commands.openNotebook, { path, cell }),
        openHistory: path => run(Commands.notebookHistory, { path }),
        insert: code => run(Commands.insertCode, { code }),
        copy: text => {
          Clipboard.copyToSystem(text);
          Notification.success(trans.__('Copied'), { autoClose: 2000 });
        },
        loadModel: ({ id }) => run(Commands.loadModel, { id }),
        publish: ({ id }) => run(Commands.publishRun, { id }),
        stopRun: ({ id, name }) => run(Commands.stopRun, { id, name }),
        compare: (before, after) => run(Commands.openDiff, { before, after }),
        compareModels: (kind, ids) =>
          run(Commands.compareModels, { kind, ids: ids.join(' ') }),
        fitNotebook: () => run(Commands.fitNotebook, {}),
        comment: (kind, id) => run(Commands.comment, { kind, id }),
        compareRuns: ids => run(Commands.compareRuns, { ids: ids.join(' ') }),
        openAsItWas: ({ id }) => run(Commands.openAsItWas, { id }),
        link: path => address(server, path)
      }
    };
  }
};
