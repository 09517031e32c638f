import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { largeOutput, STAND_IN } from '../api/outputs';
import { IHub } from '../tokens';
import { LargeOutput } from '../ui/output/large';

/** Shows outputs that are too large for a shared notebook, and are kept beside it. */
export const outputs: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:outputs',
  description: 'Loads large outputs of shared notebooks when they are seen.',
  autoStart: true,
  requires: [IHub, IRenderMimeRegistry],
  activate: (
    _: JupyterFrontEnd,
    hub: IHub,
    rendermime: IRenderMimeRegistry
  ): void => {
    const { server, trans } = hub;
    rendermime.addFactory({
      // What it shows is picked by whether the notebook is trusted.
      safe: true,
      mimeTypes: [STAND_IN],
      defaultRank: 0,
      createRenderer: ({ resolver, linkHandler }) =>
        new LargeOutput({
          rendermime: rendermime.clone({
            resolver: resolver ?? undefined,
            linkHandler: linkHandler ?? undefined
          }),
          load: sha256 => largeOutput(server, sha256),
          trans
        })
    });
  }
};
