import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { SharedTrust } from '../ui/execution/trust';

/** Outputs that one person's run made trusted are so in all open tabs: else others see the text of a widget. */
export const widgets: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:widgets',
  description: 'Shows widgets to everybody who has the notebook open.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, notebooks: INotebookTracker): void => {
    const watch = (panel: NotebookPanel) => {
      const trust = new SharedTrust(panel);
      panel.disposed.connect(() => trust.dispose());
    };
    notebooks.forEach(watch);
    notebooks.widgetAdded.connect((__, panel) => watch(panel));
  }
};
