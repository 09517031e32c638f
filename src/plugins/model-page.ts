import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer, IRouter } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { RepoName } from '../api/repos';
import { Commands, kindArg, textArg, textArgs } from '../commands';
import { IHub } from '../tokens';
import type { PageWidget } from '../ui/page/widget';
import { openFromUrl } from './from-url';
import { MainPages } from './main-pages';

const IN_URL = /[?&]hubcollab-(model|dataset|space)=([^&#]+)/;
const TAB_IN_URL = /[?&]hubcollab-tab=(\w+)/;

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
    const pages = new MainPages<PageWidget>(app, 'model', 'Hub model');
    const show = async (repo: RepoName, args: Args): Promise<void> => {
      const { PageWidget, pageModel } = await import('./page-parts');
      const page = await pages.open(
        ({ model }) => model.id === repo.id && model.repo.kind === repo.kind,
        `${repo.kind}-${repo.id}`,
        () => {
          const model = pageModel(server, repo, connection);
          const content = new PageWidget({ model, actions, rendermime, trans });
          model.revision.changed.connect(() => pages.save(content));
          model.tab.changed.connect(() => pages.save(content));
          return content;
        }
      );
      const { model } = page.content;
      model.turnTo(textArg(args, 'tab'));
      model.show(textArg(args, 'revision'));
      app.shell.activateById(page.id);
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
        const kind = kindArg(args);
        if (id && kind) {
          await show({ kind, id }, args);
        }
      }
    });
    pages.restore(restorer, {
      command: Commands.openRepo,
      args: ({ model }) => ({
        kind: model.repo.kind,
        id: model.id,
        revision: model.revision.state,
        tab: model.tab.state
      }),
      name: ({ model }) => `${model.repo.kind}:${model.id}`
    });

    if (router) {
      // `…/lab?hubcollab-model=team/digits&hubcollab-tab=files` opens that page; datasets and spaces alike.
      openFromUrl(app, router, {
        command: Commands.openModelFromUrl,
        label: trans.__('Open the Model of the Address'),
        pattern: IN_URL,
        words: ['model', 'dataset', 'space', 'tab'],
        opens: Commands.openRepo,
        args: address => {
          const [, kind, id] = IN_URL.exec(address) ?? [];
          const tab = TAB_IN_URL.exec(address)?.[1] ?? null;
          return kind && id ? { kind, id: decodeURIComponent(id), tab } : null;
        }
      });
    }
  }
};
