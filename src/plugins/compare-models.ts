import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer, IRouter } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { compare } from '../api/search';
import type { RepoKind } from '../api/wire';
import { Commands, kindArg, textArg, textArgs } from '../commands';
import { CompareModelsModel, FEWEST, MOST } from '../model/compare-models';
import { IHub } from '../tokens';
import type { CompareModelsWidget } from '../ui/compare-models/widget';
import { openFromUrl } from './from-url';
import { MainPages } from './main-pages';

const IN_URL = /[?&]hubcollab-compare=([^&#]+)/;
const KIND_IN_URL = /[?&]hubcollab-kind=(model|dataset|space)/;

/** Opens the comparison of two to five repos in the main area. */
export const compareModels: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:compare-models',
  description: 'Compares models, datasets or spaces side by side.',
  autoStart: true,
  requires: [IHub],
  optional: [ILayoutRestorer, IRouter],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    restorer: ILayoutRestorer | null,
    router: IRouter | null
  ): void => {
    const { server, connection, actions, trans } = hub;
    const pages = new MainPages<CompareModelsWidget>(
      app,
      'compare-models',
      'Hub comparison'
    );
    const open = async (kind: RepoKind, ids: string[]): Promise<void> => {
      const { CompareModelsWidget } =
        await import('../ui/compare-models/widget');
      const page = await pages.open(
        ({ model }) => model.kind === kind && model.ids.join() === ids.join(),
        `${kind}-${ids.join('-')}`,
        () => {
          const model = new CompareModelsModel(
            kind,
            ids,
            () => compare(server, kind, ids),
            connection
          );
          return new CompareModelsWidget({ model, actions, trans });
        }
      );
      app.shell.activateById(page.id);
    };
    app.commands.addCommand(Commands.compareModels, {
      label: trans.__('Compare Models, Datasets or Spaces'),
      describedBy: textArgs(['ids'], ['kind']),
      execute: async args => {
        const ids = (textArg(args, 'ids') ?? '')
          .split(/[\s,]+/)
          .filter(Boolean);
        const kind = kindArg(args) ?? 'model';
        if (ids.length < FEWEST || ids.length > MOST) {
          Notification.info(
            trans.__('Compare %1 to %2 at a time.', FEWEST, MOST)
          );
          return;
        }
        await open(kind, ids);
      }
    });
    pages.restore(restorer, {
      command: Commands.compareModels,
      args: ({ model }) => ({ kind: model.kind, ids: model.ids.join(' ') }),
      name: ({ model }) => `${model.kind}:${model.ids.join()}`
    });
    if (router) {
      // `…/lab?hubcollab-compare=team/a,team/b` opens that comparison.
      openFromUrl(app, router, {
        command: Commands.compareFromUrl,
        label: trans.__('Open the Comparison of the Address'),
        pattern: IN_URL,
        words: ['compare', 'kind'],
        opens: Commands.compareModels,
        args: address => {
          const [, ids] = IN_URL.exec(address) ?? [];
          const kind = KIND_IN_URL.exec(address)?.[1] ?? null;
          return ids ? { ids: decodeURIComponent(ids), kind } : null;
        }
      });
    }
  }
};
