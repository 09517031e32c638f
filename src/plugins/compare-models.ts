import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer, IRouter } from '@jupyterlab/application';
import {
  MainAreaWidget,
  Notification,
  WidgetTracker
} from '@jupyterlab/apputils';
import { compare } from '../api/search';
import type { RepoKind } from '../api/wire';
import { Commands, textArg, textArgs } from '../commands';
import { CompareModelsModel, FEWEST, MOST } from '../model/compare-models';
import { IHub } from '../tokens';
import type { CompareModelsWidget } from '../ui/compare-models/widget';

const IN_URL = /[?&]hubcollab-compare=([^&#]+)/;
const KIND_IN_URL = /[?&]hubcollab-kind=(model|dataset|space)/;
const KINDS: RepoKind[] = ['model', 'dataset', 'space'];

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
    const { trans } = hub;
    const tracker = new WidgetTracker<MainAreaWidget<CompareModelsWidget>>({
      namespace: 'hubcollab-compare-models'
    });
    app.commands.addCommand(Commands.compareModels, {
      label: trans.__('Compare Models, Datasets or Spaces'),
      describedBy: textArgs(['ids'], ['kind']),
      execute: async args => {
        const ids = (textArg(args, 'ids') ?? '')
          .split(/[\s,]+/)
          .filter(Boolean);
        const kind = KINDS.find(one => one === args.kind) ?? 'model';
        if (ids.length < FEWEST || ids.length > MOST) {
          Notification.info(
            trans.__('Compare %1 to %2 at a time.', FEWEST, MOST)
          );
          return;
        }
        const known = tracker.find(
          ({ content: { model } }) =>
            model.kind === kind && model.ids.join() === ids.join()
        );
        const widget = known ?? (await made(hub, kind, ids));
        if (!known) {
          await tracker.add(widget);
          app.shell.add(widget, 'main', { type: 'Hub comparison' });
        }
        app.shell.activateById(widget.id);
      }
    });
    void restorer?.restore(tracker, {
      command: Commands.compareModels,
      args: ({ content: { model } }) => ({
        kind: model.kind,
        ids: model.ids.join(' ')
      }),
      name: ({ content: { model } }) => `${model.kind}:${model.ids.join()}`
    });
    if (router) {
      openFromUrl(app, router, trans.__('Open the Comparison of the Address'));
    }
  }
};

async function made(
  { server, connection, actions, trans }: IHub,
  kind: RepoKind,
  ids: string[]
): Promise<MainAreaWidget<CompareModelsWidget>> {
  const { CompareModelsWidget } = await import('../ui/compare-models/widget');
  const model = new CompareModelsModel(
    kind,
    ids,
    () => compare(server, kind, ids),
    connection
  );
  const content = new CompareModelsWidget({ model, actions, trans });
  const widget = new MainAreaWidget({ content });
  widget.id = `jupyter-hubcollab-compare-${kind}-${ids.join('-')}`;
  return widget;
}

/** `…/lab?hubcollab-compare=team/a,team/b` opens that comparison, once. */
function openFromUrl(
  app: JupyterFrontEnd,
  router: IRouter,
  label: string
): void {
  app.commands.addCommand(Commands.compareFromUrl, {
    label,
    describedBy: textArgs(['request'], ['path', 'search', 'hash']),
    execute: args => {
      const request = textArg(args, 'request') ?? '';
      const [, ids] = IN_URL.exec(request) ?? [];
      if (!ids) {
        return;
      }
      const { path, search, hash } = router.current;
      const left = new URLSearchParams(search);
      left.delete('hubcollab-compare');
      left.delete('hubcollab-kind');
      const query = left.toString();
      router.navigate(`${path}${query && `?${query}`}${hash ?? ''}`, {
        skipRouting: true
      });
      void app.restored.then(() =>
        app.commands.execute(Commands.compareModels, {
          ids: decodeURIComponent(ids),
          kind: KIND_IN_URL.exec(request)?.[1] ?? null
        })
      );
    }
  });
  router.register({ command: Commands.compareFromUrl, pattern: IN_URL });
}
