import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer, IRouter } from '@jupyterlab/application';
import { diffApi } from '../api/diff';
import type { DiffAsked } from '../api/wire';
import { Commands, textArg, textArgs } from '../commands';
import { DiffModel } from '../model/diff';
import { IHub } from '../tokens';
import type { DiffWidget } from '../ui/page/diff-widget';
import { openFromUrl } from './from-url';
import { MainPages } from './main-pages';

const IN_URL = /[?&]hubcollab-diff=([^&#]+)/;

/** Opens pages that tell what differs between two versions, branches, models or runs. */
export const diffPage: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:diff-page',
  description: 'Opens differences between versions, models and runs.',
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
    const pages = new MainPages<DiffWidget>(app, 'diff', 'Hub differences');
    const open = async (sides: DiffAsked): Promise<void> => {
      const { before, after } = sides;
      const { DiffWidget } = await import('../ui/page/diff-widget');
      const swap = () =>
        void app.commands.execute(Commands.openDiff, {
          before: after,
          after: before
        });
      const page = await pages.open(
        ({ model }) =>
          model.sides.before === before && model.sides.after === after,
        `${before}-${after}`,
        () => {
          const model = new DiffModel(sides, diffApi(server), connection);
          return new DiffWidget({ model, actions, swap, trans });
        }
      );
      app.shell.activateById(page.id);
    };

    app.commands.addCommand(Commands.openDiff, {
      label: trans.__('Compare Versions, Models or Runs'),
      describedBy: textArgs(['before', 'after']),
      execute: async args => {
        const before = textArg(args, 'before');
        const after = textArg(args, 'after');
        if (before && after) {
          await open({ before, after });
        }
      }
    });
    pages.restore(restorer, {
      command: Commands.openDiff,
      args: ({ model }) => ({ ...model.sides }),
      name: ({ model }) => `${model.sides.before}...${model.sides.after}`
    });
    if (router) {
      // `…/lab?hubcollab-diff=team/digits@v1...team/digits@v2` opens that page.
      openFromUrl(app, router, {
        command: Commands.openDiffFromUrl,
        label: trans.__('Open the Differences of the Address'),
        pattern: IN_URL,
        words: ['diff'],
        opens: Commands.openDiff,
        args: address => {
          const [, said = ''] = IN_URL.exec(address) ?? [];
          const [before, after] = decodeURIComponent(said).split('...');
          return before && after ? { before, after } : null;
        }
      });
    }
  }
};
