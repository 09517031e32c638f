import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import {
  Dialog,
  MainAreaWidget,
  WidgetTracker,
  showDialog
} from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { RepoName } from '../api/repos';
import type { RepoKind } from '../api/wire';
import { Commands, textArg, textArgs } from '../commands';
import { IHub } from '../tokens';
import type { CardEditorWidget } from '../ui/card/widget';

const KINDS: RepoKind[] = ['model', 'dataset', 'space'];

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
    const tracker = new WidgetTracker<MainAreaWidget<CardEditorWidget>>({
      namespace: 'hubcollab-card'
    });
    const language = async () =>
      (await languages?.getLanguage('text/x-ipythongfm'))?.support ?? [];

    const open = async (
      repo: RepoName
    ): Promise<MainAreaWidget<CardEditorWidget>> => {
      const { CardEditorWidget, cardDraft } = await import('./card-parts');
      const known = tracker.find(
        ({ content: { model } }) =>
          model.repo.id === repo.id && model.repo.kind === repo.kind
      );
      if (known) {
        return known;
      }
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
          widget.dispose();
        }
      };
      const content = new CardEditorWidget({
        model,
        language: language(),
        rendermime,
        openPage: () => {
          widget.dispose();
          actions.openRepo(repo);
        },
        discard: () => void discard(),
        trans
      });
      const widget = new MainAreaWidget({ content });
      widget.id = `jupyter-hubcollab-card-${repo.kind}-${repo.id}`;
      void model.start();
      await tracker.add(widget);
      app.shell.add(widget, 'main', { type: 'Hub card' });
      return widget;
    };

    app.commands.addCommand(Commands.editCard, {
      label: trans.__('Edit Card'),
      describedBy: textArgs(['kind', 'id']),
      execute: async args => {
        const id = textArg(args, 'id');
        const kind = KINDS.find(one => one === args.kind);
        if (id && kind) {
          const widget = await open({ kind, id });
          app.shell.activateById(widget.id);
        }
      }
    });
    void restorer?.restore(tracker, {
      command: Commands.editCard,
      args: ({ content: { model } }) => ({ ...model.repo }),
      name: ({ content: { model } }) => `${model.repo.kind}:${model.repo.id}`
    });
  }
};
