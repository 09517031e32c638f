import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer, IRouter } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { modelPage as ask } from '../api/models';
import { Commands, textArg, textArgs } from '../commands';
import { PageModel } from '../model/page';
import { IHub } from '../tokens';
import type { PageWidget } from '../ui/page/widget';

const IN_URL = /[?&]hubcollab-model=([^&#]+)/;

/** Opens model pages in the main area, one for each model. */
export const modelPage: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:model-page',
  description: 'Opens the pages of models.',
  autoStart: true,
  requires: [IHub, IRenderMimeRegistry],
  optional: [ILayoutRestorer, IRouter],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    rendermime: IRenderMimeRegistry,
    restorer: ILayoutRestorer | null,
    router: IRouter | null
  ): void => {
    const { server, connection, actions, trans } = hub;
    const tracker = new WidgetTracker<MainAreaWidget<PageWidget>>({
      namespace: 'hubcollab-model'
    });

    const open = async (id: string): Promise<MainAreaWidget<PageWidget>> => {
      const { PageWidget } = await import('../ui/page/widget');
      const known = tracker.find(({ content }) => content.model.id === id);
      if (known) {
        return known;
      }
      const model = new PageModel(
        id,
        (name, revision) => ask(server, name, revision),
        connection
      );
      const content = new PageWidget({ model, actions, rendermime, trans });
      const widget = new MainAreaWidget({ content });
      widget.id = `jupyter-hubcollab-model-${id}`;
      model.revision.changed.connect(() => void tracker.save(widget));
      await tracker.add(widget);
      app.shell.add(widget, 'main', { type: 'Hub model' });
      return widget;
    };

    app.commands.addCommand(Commands.openModel, {
      label: trans.__('Open Model'),
      describedBy: textArgs(['id'], ['revision']),
      execute: async args => {
        const id = textArg(args, 'id');
        if (id) {
          const widget = await open(id);
          widget.content.model.show(textArg(args, 'revision'));
          app.shell.activateById(widget.id);
        }
      }
    });
    void restorer?.restore(tracker, {
      command: Commands.openModel,
      args: ({ content }) => ({
        id: content.model.id,
        revision: content.model.revision.state
      }),
      name: ({ content }) => content.model.id
    });

    if (router) {
      openFromUrl(app, router, trans.__('Open the Model of the Address'));
    }
  }
};

/** Take the model out of the address, so that a reload does not open it again. */
function forget(router: IRouter): void {
  const { path, search, hash } = router.current;
  const left = new URLSearchParams(search);
  left.delete('hubcollab-model');
  const query = left.toString();
  router.navigate(`${path}${query && `?${query}`}${hash ?? ''}`, {
    skipRouting: true
  });
}

/** `…/lab?hubcollab-model=team/digits` opens that model. */
function openFromUrl(
  app: JupyterFrontEnd,
  router: IRouter,
  label: string
): void {
  app.commands.addCommand(Commands.openModelFromUrl, {
    label,
    describedBy: textArgs(['request'], ['path', 'search', 'hash']),
    execute: args => {
      const request = textArg(args, 'request') ?? '';
      const id = IN_URL.exec(request)?.[1];
      if (id) {
        forget(router);
        void app.restored.then(() =>
          app.commands.execute(Commands.openModel, {
            id: decodeURIComponent(id)
          })
        );
      }
    }
  });
  router.register({ command: Commands.openModelFromUrl, pattern: IN_URL });
}
