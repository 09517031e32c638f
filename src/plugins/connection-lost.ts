import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IConnectionLost } from '@jupyterlab/application';
import { IHub } from '../tokens';
import { Away } from '../ui/away';

/** Says that the server is away without taking the keyboard: JupyterLab's own dialog swallows what one goes on typing. */
export const connectionLost: JupyterFrontEndPlugin<IConnectionLost> = {
  id: 'jupyter-hubcollab:connection-lost',
  description: 'Tells that the server does not answer, and lets people type.',
  autoStart: true,
  requires: [IHub],
  provides: IConnectionLost,
  activate: (_: JupyterFrontEnd, hub: IHub): IConnectionLost => {
    const { connection, trans } = hub;
    const away = new Away(trans);
    document.body.append(away.node);
    connection.resumed.connect(() => away.end());
    return () => {
      away.say();
      return Promise.resolve();
    };
  }
};
