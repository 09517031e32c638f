import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { RoomNotice } from '../api/wire';
import type { Deed } from '../model/rooms';
import { keepOwnText } from '../model/own-text';
import { messageOf } from '../model/rooms';
import { IHub } from '../tokens';
import { goToConflict, putBack } from '../ui/notebook';

/**
 * Shows what the server tells of documents that are edited together: merges, deleted cells and files, failed saves.
 * Keeps what was typed here until it can be told.
 */
export const rooms: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:rooms',
  description: 'Tells what happens to notebooks that people edit together.',
  autoStart: true,
  requires: [IHub, INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    notebooks: INotebookTracker
  ): void => {
    const { contents } = app.serviceManager;
    const shown = new Map<string, string>();
    notebooks.widgetAdded.connect((_, { content }) => {
      if (content.model) {
        keepOwnText(content.model.sharedModel);
      }
    });
    hub.connection.happened.connect((_, event) => {
      if (event.type !== 'room') {
        return;
      }
      const panel =
        notebooks.find(
          ({ context }) => contents.localPath(context.path) === event.path
        ) ?? null;
      // Another window of the same person has it open.
      if (panel || !event.path.endsWith('.ipynb')) {
        show(event, panel, shown, hub.trans);
      }
    });
  }
};

function show(
  notice: RoomNotice,
  panel: NotebookPanel | null,
  shown: Map<string, string>,
  trans: TranslationBundle
): void {
  const { key, level, text, deed } = messageOf(notice, trans);
  const labels: Record<Deed, string> = {
    putBack: trans.__('Put the cell back'),
    save: trans.__('Save now'),
    showConflict: trans.__('Show')
  };
  const actions =
    panel && deed
      ? [
          {
            label: labels[deed],
            callback: () => act(deed, notice, panel)
          }
        ]
      : [];
  const autoClose: number | false = deed ? false : 6000;
  const former = shown.get(key);
  if (former !== undefined && Notification.manager.has(former)) {
    Notification.update({
      id: former,
      message: text,
      type: level,
      actions,
      autoClose
    });
  } else {
    shown.set(key, Notification.emit(text, level, { actions, autoClose }));
  }
}

function act(deed: Deed, { cell }: RoomNotice, panel: NotebookPanel): void {
  switch (deed) {
    case 'putBack':
      if (cell) {
        putBack(panel, cell);
      }
      break;
    case 'save':
      void panel.context.save();
      break;
    case 'showConflict':
      void goToConflict(panel);
      break;
  }
}
