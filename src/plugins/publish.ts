import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { cancelJob, job } from '../api/jobs';
import { me } from '../api/me';
import type { Server } from '../api/request';
import { publishRun, runPage } from '../api/runs';
import type { Event as HubEvent } from '../api/wire';
import { Commands, textArg, textArgs } from '../commands';
import type { Connection } from '../model/connection';
import { failure } from '../model/failure';
import type { Publisher } from '../model/publish';
import { IHub } from '../tokens';

/** Publishes runs, and tells when a publication is finished. */
export const publish: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:publish',
  description: 'Publishes the model of a run.',
  autoStart: true,
  requires: [IHub],
  activate: (app: JupyterFrontEnd, hub: IHub): void => {
    const { connection, actions, trans } = hub;
    app.commands.addCommand(Commands.publishRun, {
      label: trans.__('Publish Run…'),
      describedBy: textArgs(['id']),
      execute: async args => {
        const id = textArg(args, 'id');
        if (!id) {
          return;
        }
        try {
          await openDialog(hub, id);
        } catch (error) {
          Notification.error(failure(error).message);
        }
      }
    });

    const tell = (_: Connection, event: HubEvent) => {
      if (event.type !== 'job' || event.job.kind !== 'publish') {
        return;
      }
      const { state, result, detail, title } = event.job;
      if (state === 'done' && result) {
        const { repoId, tag } = result;
        Notification.success(trans.__('Published %1 %2', repoId, tag), {
          autoClose: 8000,
          actions: [
            {
              label: trans.__('Open'),
              callback: () => actions.openModel(repoId)
            }
          ]
        });
      } else if (state === 'failed') {
        Notification.error(trans.__('%1 failed: %2', title, detail));
      }
    };
    connection.happened.connect(tell);
  }
};

function publisher(server: Server): Publisher {
  return {
    publish: (id, request) => publishRun(server, id, request),
    job: id => job(server, id),
    cancel: id => cancelJob(server, id)
  };
}

async function openDialog(
  { server, connection, actions, trans }: IHub,
  id: string
): Promise<void> {
  const [{ run }, user, { PublishModel, draftFor }, { PublishDialog }] =
    await Promise.all([
      runPage(server, id),
      me(server),
      import('../model/publish'),
      import('../ui/publish/widget')
    ]);
  const model = new PublishModel(
    run,
    draftFor(run, user.name),
    publisher(server),
    connection
  );
  PublishDialog.open({ model, openModel: actions.openModel, trans });
}
