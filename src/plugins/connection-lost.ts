import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IConnectionLost } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { IHub } from '../tokens';

const STALE_MS = 60_000;

/** Says that the server is away without taking the keyboard: JupyterLab's own dialog swallows what one goes on typing. */
export const connectionLost: JupyterFrontEndPlugin<IConnectionLost> = {
  id: 'jupyter-hubcollab:connection-lost',
  description: 'Tells that the server does not answer, and lets people type.',
  autoStart: true,
  requires: [IHub],
  provides: IConnectionLost,
  activate: (_: JupyterFrontEnd, hub: IHub): IConnectionLost => {
    const { connection, trans } = hub;
    let shown = '';
    connection.resumed.connect(() => {
      if (Notification.manager.has(shown)) {
        Notification.dismiss(shown);
        Notification.success(trans.__('The server is back.'), {
          autoClose: 4000
        });
      }
    });
    // Each poll that fails calls this: what is not said again is over.
    return () => {
      const message = trans.__(
        'The server does not answer. Keep this tab open: what you type is sent when it is back.'
      );
      const autoClose = STALE_MS;
      if (!Notification.update({ id: shown, message, autoClose })) {
        shown = Notification.warning(message, { autoClose });
      }
      return Promise.resolve();
    };
  }
};
