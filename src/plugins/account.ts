import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer, IRouter } from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { RepoKind } from '../api/wire';
import { Commands, textArg, textArgs } from '../commands';
import { IHub } from '../tokens';
import type { AccountWidget } from '../ui/account/widget';
import type { OtherWidget } from '../ui/other/widget';

const DEVICE_IN_URL = /[?&]hubcollab-device=([^&#]*)/;
const KINDS: RepoKind[] = ['model', 'dataset', 'space'];

/** Opens what is one's own on the hub, and pages of repos of other hubs. */
export const account: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:account',
  description:
    'Collections, webhooks, tokens for other hubs, and pages of models that are there.',
  autoStart: true,
  requires: [IHub, IRenderMimeRegistry],
  optional: [ILayoutRestorer, ICommandPalette, IRouter],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    rendermime: IRenderMimeRegistry,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    router: IRouter | null
  ): void => {
    openAccounts(app, hub, restorer);
    openOthers(app, hub, rendermime, restorer);
    app.commands.addCommand(Commands.showTokens, {
      label: hub.trans.__('Manage Access Tokens…'),
      describedBy: textArgs([]),
      execute: () =>
        app.commands.execute(Commands.openAccount, { tab: 'tokens' })
    });
    if (router) {
      openFromUrl(
        app,
        router,
        hub.trans.__('Allow the Program of the Address')
      );
    }
    const category = hub.trans.__('Hub');
    for (const command of [Commands.openAccount, Commands.showTokens]) {
      palette?.addItem({ command, category });
    }
  }
};

/** `…/lab?hubcollab-device=BCDF-GHJK` opens the form in which that program is allowed. */
function openFromUrl(
  app: JupyterFrontEnd,
  router: IRouter,
  label: string
): void {
  app.commands.addCommand(Commands.allowDevice, {
    label,
    describedBy: textArgs(['request'], ['path', 'search', 'hash']),
    execute: args => {
      const [, code] = DEVICE_IN_URL.exec(textArg(args, 'request') ?? '') ?? [];
      if (code !== undefined) {
        const { path, hash } = router.current;
        router.navigate(`${path}${hash ?? ''}`, { skipRouting: true });
        void app.restored.then(() =>
          app.commands.execute(Commands.openAccount, {
            tab: 'tokens',
            code: decodeURIComponent(code)
          })
        );
      }
    }
  });
  router.register({ command: Commands.allowDevice, pattern: DEVICE_IN_URL });
}

function openAccounts(
  app: JupyterFrontEnd,
  { server, actions, trans }: IHub,
  restorer: ILayoutRestorer | null
): void {
  const tracker = new WidgetTracker<MainAreaWidget<AccountWidget>>({
    namespace: 'hubcollab-account'
  });
  app.commands.addCommand(Commands.openAccount, {
    label: trans.__('Collections, Other Hubs and Webhooks'),
    describedBy: textArgs([], ['tab', 'code']),
    execute: async args => {
      const { AccountWidget, accountModel } = await import('./account-parts');
      const tab = textArg(args, 'tab');
      const known = tracker.currentWidget;
      const code = textArg(args, 'code') ?? '';
      if (known) {
        known.content.model.turnTo(tab, code);
        app.shell.activateById(known.id);
        return;
      }
      const model = accountModel(server);
      model.turnTo(tab, code);
      const content = new AccountWidget({ model, actions, trans });
      const widget = new MainAreaWidget({ content });
      widget.id = 'jupyter-hubcollab-account';
      model.tab.changed.connect(() => void tracker.save(widget));
      await tracker.add(widget);
      app.shell.add(widget, 'main', { type: 'Hub account' });
      app.shell.activateById(widget.id);
    }
  });
  void restorer?.restore(tracker, {
    command: Commands.openAccount,
    args: ({ content: { model } }) => ({ tab: model.tab.state }),
    name: () => 'account'
  });
}

function openOthers(
  app: JupyterFrontEnd,
  { server, actions, trans }: IHub,
  rendermime: IRenderMimeRegistry,
  restorer: ILayoutRestorer | null
): void {
  const tracker = new WidgetTracker<MainAreaWidget<OtherWidget>>({
    namespace: 'hubcollab-other'
  });
  app.commands.addCommand(Commands.openOther, {
    label: trans.__('Open Model of Another Hub'),
    describedBy: textArgs(['kind', 'id']),
    execute: async args => {
      const id = textArg(args, 'id');
      const kind = KINDS.find(one => one === args.kind);
      if (!id || !kind) {
        return;
      }
      const { OtherWidget, otherPageModel } = await import('./account-parts');
      const known = tracker.find(
        ({ content: { model } }) => model.id === id && model.kind === kind
      );
      if (known) {
        app.shell.activateById(known.id);
        return;
      }
      const model = otherPageModel(server, kind, id);
      const content = new OtherWidget({ model, actions, rendermime, trans });
      const widget = new MainAreaWidget({ content });
      widget.id = `jupyter-hubcollab-other-${kind}-${id}`;
      await tracker.add(widget);
      app.shell.add(widget, 'main', { type: 'Hub model' });
      app.shell.activateById(widget.id);
    }
  });
  void restorer?.restore(tracker, {
    command: Commands.openOther,
    args: ({ content: { model } }) => ({ kind: model.kind, id: model.id }),
    name: ({ content: { model } }) => `${model.kind}:${model.id}`
  });
}
