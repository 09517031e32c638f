import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer, IRouter } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { RepoName } from '../api/repos';
import type { RepoKind } from '../api/wire';
import { Commands, textArg, textArgs } from '../commands';
import { IHub } from '../tokens';
import type { PageWidget } from '../ui/page/widget';

const IN_URL = /[?&]hubcollab-(model|dataset|space)=([^&#]+)/;
const TAB_IN_URL = /[?&]hubcollab-tab=(\w+)/;
const KINDS: RepoKind[] = ['model', 'dataset', 'space'];

type Args = { [name: string]: unknown };

/** Opens the pages of models, datasets and spaces in the main area, one for each. */
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

    const open = async (
      repo: RepoName
    ): Promise<MainAreaWidget<PageWidget>> => {
      const { PageWidget, pageModel } = await import('./page-parts');
      const known = tracker.find(
        ({ content: { model } }) =>
          model.id === repo.id && model.repo.kind === repo.kind
      );
      if (known) {
        return known;
      }
      const model = pageModel(server, repo, connection);
      const content = new PageWidget({ model, actions, rendermime, trans });
      const widget = new MainAreaWidget({ content });
      widget.id = `jupyter-hubcollab-${repo.kind}-${repo.id}`;
      model.revision.changed.connect(() => void tracker.save(widget));
      model.tab.changed.connect(() => void tracker.save(widget));
      await tracker.add(widget);
      app.shell.add(widget, 'main', { type: 'Hub model' });
      return widget;
    };
    const show = async (repo: RepoName, args: Args): Promise<void> => {
      const widget = await open(repo);
      const { model } = widget.content;
      model.turnTo(textArg(args, 'tab'));
      model.show(textArg(args, 'revision'));
      app.shell.activateById(widget.id);
    };

    app.commands.addCommand(Commands.openModel, {
      label: trans.__('Open Model'),
      describedBy: textArgs(['id'], ['revision']),
      execute: async args => {
        const id = textArg(args, 'id');
        if (id) {
          await show({ kind: 'model', id }, args);
        }
      }
    });
    app.commands.addCommand(Commands.openRepo, {
      label: trans.__('Open Model, Dataset or Space'),
      describedBy: textArgs(['kind', 'id'], ['revision', 'tab']),
      execute: async args => {
        const id = textArg(args, 'id');
        const kind = KINDS.find(one => one === args.kind);
        if (id && kind) {
          await show({ kind, id }, args);
        }
      }
    });
    void restorer?.restore(tracker, {
      command: Commands.openRepo,
      args: ({ content: { model } }) => ({
        kind: model.repo.kind,
        id: model.id,
        revision: model.revision.state,
        tab: model.tab.state
      }),
      name: ({ content: { model } }) => `${model.repo.kind}:${model.id}`
    });

    if (router) {
      openFromUrl(app, router, trans.__('Open the Model of the Address'));
    }
  }
};

/** Take the page out of the address, so that a reload does not open it again. */
function forget(router: IRouter): void {
  const { path, search, hash } = router.current;
  const left = new URLSearchParams(search);
  for (const name of [...KINDS, 'tab']) {
    left.delete(`hubcollab-${name}`);
  }
  const query = left.toString();
  router.navigate(`${path}${query && `?${query}`}${hash ?? ''}`, {
    skipRouting: true
  });
}

/** `…/lab?hubcollab-model=team/digits&hubcollab-tab=files` opens that page; datasets and spaces alike. */
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
      const [, kind, id] = IN_URL.exec(request) ?? [];
      if (kind && id) {
        forget(router);
        void app.restored.then(() =>
          app.commands.execute(Commands.openRepo, {
            kind,
            id: decodeURIComponent(id),
            tab: TAB_IN_URL.exec(request)?.[1] ?? null
          })
        );
      }
    }
  });
  router.register({ command: Commands.openModelFromUrl, pattern: IN_URL });
}
