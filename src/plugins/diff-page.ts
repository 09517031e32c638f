import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer, IRouter } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { diffApi } from '../api/diff';
import type { DiffAsked } from '../api/wire';
import { Commands, textArg, textArgs } from '../commands';
import { DiffModel } from '../model/diff';
import { IHub } from '../tokens';
import type { DiffWidget } from '../ui/page/diff-widget';

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
    const tracker = new WidgetTracker<MainAreaWidget<DiffWidget>>({
      namespace: 'hubcollab-diff'
    });
    const open = async (
      sides: DiffAsked
    ): Promise<MainAreaWidget<DiffWidget>> => {
      const { DiffWidget } = await import('../ui/page/diff-widget');
      const known = tracker.find(({ content }) =>
        isSame(content.model.sides, sides)
      );
      if (known) {
        return known;
      }
      const swap = () =>
        void app.commands.execute(Commands.openDiff, {
          before: sides.after,
          after: sides.before
        });
      const model = new DiffModel(sides, diffApi(server), connection);
      const content = new DiffWidget({ model, actions, swap, trans });
      const widget = new MainAreaWidget({ content });
      widget.id = `jupyter-hubcollab-diff-${sides.before}-${sides.after}`;
      await tracker.add(widget);
      app.shell.add(widget, 'main', { type: 'Hub differences' });
      return widget;
    };

    app.commands.addCommand(Commands.openDiff, {
      label: trans.__('Compare Versions, Models or Runs'),
      describedBy: textArgs(['before', 'after']),
      execute: async args => {
        const before = textArg(args, 'before');
        const after = textArg(args, 'after');
        if (before && after) {
          const widget = await open({ before, after });
          app.shell.activateById(widget.id);
        }
      }
    });
    void restorer?.restore(tracker, {
      command: Commands.openDiff,
      args: ({ content }) => ({ ...content.model.sides }),
      name: ({ content }) =>
        `${content.model.sides.before}...${content.model.sides.after}`
    });
    if (router) {
      openFromUrl(app, router, trans.__('Open the Differences of the Address'));
    }
  }
};

function isSame(a: DiffAsked, b: DiffAsked): boolean {
  return a.before === b.before && a.after === b.after;
}

/** `…/lab?hubcollab-diff=team/digits@v1...team/digits@v2` opens that page. */
function openFromUrl(
  app: JupyterFrontEnd,
  router: IRouter,
  label: string
): void {
  app.commands.addCommand(Commands.openDiffFromUrl, {
    label,
    describedBy: textArgs(['request'], ['path', 'search', 'hash']),
    execute: args => {
      const [, said] = IN_URL.exec(textArg(args, 'request') ?? '') ?? [];
      const [before, after] = decodeURIComponent(said ?? '').split('...');
      if (before && after) {
        const { path, search, hash } = router.current;
        const left = new URLSearchParams(search);
        left.delete('hubcollab-diff');
        const query = left.toString();
        router.navigate(`${path}${query && `?${query}`}${hash ?? ''}`, {
          skipRouting: true
        });
        void app.restored.then(() =>
          app.commands.execute(Commands.openDiff, { before, after })
        );
      }
    }
  });
  router.register({ command: Commands.openDiffFromUrl, pattern: IN_URL });
}
