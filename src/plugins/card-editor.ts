import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { RepoName } from '../api/repos';
import { Commands, kindArg, textArg, textArgs } from '../commands';
import { IHub } from '../tokens';
import type { CardEditorWidget } from '../ui/card/widget';
import { MainPages } from './main-pages';

/** Opens the editor of a card in the main area; everybody who opens it writes in the same draft. */
export const cardEditor: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:card-editor',
  description: 'Writes cards of models, datasets and spaces together.',
  autoStart: true,
  requires: [IHub, IRenderMimeRegistry],
  optional: [ILayoutRestorer, IEditorLanguageRegistry],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    rendermime: IRenderMimeRegistry,
    restorer: ILayoutRestorer | null,
    languages: IEditorLanguageRegistry | null
  ): void => {
    const { actions, trans } = hub;
    const pages = new MainPages<CardEditorWidget>(app, 'card', 'Hub card');
    const language = async () =>
      (await languages?.getLanguage('text/x-ipythongfm'))?.support ?? [];

    const open = async (repo: RepoName): Promise<void> => {
      const { CardEditorWidget, cardDraft } = await import('./card-parts');
      const make = () => {
        const model = cardDraft(hub, repo);
        const discard = async () => {
          const { button } = await showDialog({
            title: trans.__('Discard the draft?'),
            body: trans.__('It is gone for everybody who writes in it.'),
            buttons: [
              Dialog.cancelButton(),
              Dialog.warnButton({ label: trans.__('Discard') })
            ]
          });
          if (button.accept) {
            await model.discard();
            content.dispose();
          }
        };
        const content: CardEditorWidget = new CardEditorWidget({
          model,
          language: language(),
          rendermime,
          openPage: () => {
            content.dispose();
            actions.openRepo(repo);
          },
          discard: () => void discard(),
          trans
        });
        void model.start();
        return content;
      };
      const page = await pages.open(
        ({ model }) =>
          model.repo.id === repo.id && model.repo.kind === repo.kind,
        `${repo.kind}-${repo.id}`,
        make
      );
      app.shell.activateById(page.id);
    };

    app.commands.addCommand(Commands.editCard, {
      label: trans.__('Edit Card'),
      describedBy: textArgs(['kind', 'id']),
      execute: async args => {
        const id = textArg(args, 'id');
        const kind = kindArg(args);
        if (id && kind) {
          await open({ kind, id });
        }
      }
    });
    pages.restore(restorer, {
      command: Commands.editCard,
      args: ({ model }) => ({ ...model.repo }),
      name: ({ model }) => `${model.repo.kind}:${model.repo.id}`
    });
  }
};
