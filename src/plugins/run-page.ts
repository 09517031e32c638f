import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { runPage as ask } from '../api/runs';
import { Commands, textArg, textArgs } from '../commands';
import { RunModel } from '../model/run';
import { IHub } from '../tokens';
import type { RunWidget } from '../ui/run/widget';

/** Opens the pages of runs in the main area, one for each run. */
export const runPage: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:run-page',
  description: 'Opens the pages of runs.',
  autoStart: true,
  requires: [IHub],
  optional: [ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    restorer: ILayoutRestorer | null
  ): void => {
    const { server, connection, actions, trans } = hub;
    const tracker = new WidgetTracker<MainAreaWidget<RunWidget>>({
      namespace: 'hubcollab-run'
    });

    const open = async (id: string): Promise<MainAreaWidget<RunWidget>> => {
      const { RunWidget } = await import('../ui/run/widget');
      const known = tracker.find(({ content }) => content.model.id === id);
      if (known) {
        return known;
      }
      const model = new RunModel(id, run => ask(server, run), connection);
      const content = new RunWidget({ model, actions, trans });
      const widget = new MainAreaWidget({ content });
      widget.id = `jupyter-hubcollab-run-${id}`;
      await tracker.add(widget);
      app.shell.add(widget, 'main', { type: 'Hub run' });
      return widget;
    };

    app.commands.addCommand(Commands.openRun, {
      label: trans.__('Open Run'),
      describedBy: textArgs(['id']),
      execute: async args => {
        const id = textArg(args, 'id');
        if (id) {
          const widget = await open(id);
          app.shell.activateById(widget.id);
        }
      }
    });
    void restorer?.restore(tracker, {
      command: Commands.openRun,
      args: ({ content }) => ({ id: content.model.id }),
      name: ({ content }) => content.model.id
    });
  }
};
