import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer, IRouter } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Commands, kindArg, textArg, textArgs } from '../commands';
import { IHub } from '../tokens';
import type { AccountWidget } from '../ui/account/widget';
import type { OtherWidget } from '../ui/other/widget';
import { openFromUrl } from './from-url';
import { MainPages } from './main-pages';

const DEVICE_IN_URL = /[?&]hubcollab-device=([^&#]*)/;

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
      // `…/lab?hubcollab-device=BCDF-GHJK` opens the form in which that program is allowed.
      openFromUrl(app, router, {
        command: Commands.allowDevice,
        label: hub.trans.__('Allow the Program of the Address'),
        pattern: DEVICE_IN_URL,
        words: ['device'],
        opens: Commands.openAccount,
        args: address => {
          const [, code] = DEVICE_IN_URL.exec(address) ?? [];
          return code === undefined
            ? null
            : { tab: 'tokens', code: decodeURIComponent(code) };
        }
      });
    }
    const category = hub.trans.__('Hub');
    for (const command of [Commands.openAccount, Commands.showTokens]) {
      palette?.addItem({ command, category });
    }
  }
};

function openAccounts(
  app: JupyterFrontEnd,
  { server, actions, trans }: IHub,
  restorer: ILayoutRestorer | null
): void {
  const pages = new MainPages<AccountWidget>(app, 'account', 'Hub account');
  app.commands.addCommand(Commands.openAccount, {
    label: trans.__('Collections, Other Hubs and Webhooks'),
    describedBy: textArgs([], ['tab', 'code']),
    execute: async args => {
      const { AccountWidget, accountModel } = await import('./account-parts');
      const page = await pages.open(
        () => true,
        'own',
        () => {
          const model = accountModel(server);
          const content = new AccountWidget({ model, actions, trans });
          model.tab.changed.connect(() => pages.save(content));
          return content;
        }
      );
      const code = textArg(args, 'code') ?? '';
      page.content.model.turnTo(textArg(args, 'tab'), code);
      app.shell.activateById(page.id);
    }
  });
  pages.restore(restorer, {
    command: Commands.openAccount,
    args: ({ model }) => ({ tab: model.tab.state }),
    name: () => 'account'
  });
}

function openOthers(
  app: JupyterFrontEnd,
  { server, actions, trans }: IHub,
  rendermime: IRenderMimeRegistry,
  restorer: ILayoutRestorer | null
): void {
  const pages = new MainPages<OtherWidget>(app, 'other', 'Hub model');
  app.commands.addCommand(Commands.openOther, {
    label: trans.__('Open Model of Another Hub'),
    describedBy: textArgs(['kind', 'id']),
    execute: async args => {
      const id = textArg(args, 'id');
      const kind = kindArg(args);
      if (!id || !kind) {
        return;
      }
      const { OtherWidget, otherPageModel } = await import('./account-parts');
      const page = await pages.open(
        ({ model }) => model.id === id && model.kind === kind,
        `${kind}-${id}`,
        () => {
          const model = otherPageModel(server, kind, id);
          return new OtherWidget({ model, actions, rendermime, trans });
        }
      );
      app.shell.activateById(page.id);
    }
  });
  pages.restore(restorer, {
    command: Commands.openOther,
    args: ({ model }) => ({ kind: model.kind, id: model.id }),
    name: ({ model }) => `${model.kind}:${model.id}`
  });
}
