import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { CompletionContext } from '@codemirror/autocomplete';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import { PathExt } from '@jupyterlab/coreutils';
import { DisposableDelegate } from '@lumino/disposable';
import { Widget } from '@lumino/widgets';
import { ask } from '../api/request';
import type { Schema } from '../model/rules-completion';
import { offersAt } from '../model/rules-completion';
import { IHub } from '../tokens';

const FILE = 'hubcollab.yaml';

/** Completes the keys and values of hubcollab.yaml in the editor, by the schema of the hub. */
export const rules: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:rules',
  description: 'Completes hubcollab.yaml.',
  autoStart: true,
  requires: [IHub],
  activate: (app: JupyterFrontEnd, hub: IHub): void => {
    let schema: Promise<Schema> | null = null;
    const complete = async (context: CompletionContext) => {
      schema ??= ask<Schema>(hub.server, 'schema/hubcollab.json');
      const known = await schema.catch(() => null);
      schema = known && schema;
      const text = context.state.doc.toString();
      const found = known && offersAt(known, text, context.pos);
      if (!found || (found.from === context.pos && !context.explicit)) {
        return null;
      }
      const options = found.offers.map(({ label, text: apply, about }) => ({
        label,
        apply,
        info: about
      }));
      return { from: found.from, options, filter: false };
    };
    app.docRegistry.addWidgetExtension('Editor', {
      createNew: (widget, context) => {
        const content = 'content' in widget ? widget.content : null;
        const editor =
          content instanceof Widget && 'editor' in content
            ? content.editor
            : null;
        if (
          PathExt.basename(context.localPath) === FILE &&
          editor instanceof CodeMirrorEditor
        ) {
          void import('@codemirror/autocomplete').then(({ autocompletion }) => {
            if (!editor.isDisposed) {
              editor.injectExtension(autocompletion({ override: [complete] }));
            }
          });
        }
        return new DisposableDelegate(() => undefined);
      }
    });
  }
};
