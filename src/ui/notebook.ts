import type { NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';

/** Insert *code* as a cell below the active one, and put the cursor into it. */
export async function insertBelow(
  panel: NotebookPanel,
  code: string
): Promise<void> {
  NotebookActions.insertBelow(panel.content);
  await fillActive(panel, code);
}

/** Write *code* into the active cell, and put the cursor into it. */
export async function fillActive(
  panel: NotebookPanel,
  code: string
): Promise<void> {
  const { content } = panel;
  content.activeCell?.model.sharedModel.setSource(code);
  content.mode = 'edit';
  await NotebookActions.focusActiveCell(content);
}

/** Show the cell whose id is *cell*; false if there is none any more. */
export async function goToCell(
  panel: NotebookPanel,
  cell: string
): Promise<boolean> {
  const { content } = panel;
  const index = content.widgets.findIndex(({ model }) => model.id === cell);
  if (index < 0) {
    return false;
  }
  content.activeCellIndex = index;
  content.mode = 'command';
  await content.scrollToItem(index, 'center');
  return true;
}
