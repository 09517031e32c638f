import type { NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { LostCell } from '../api/wire';

/** Activation moves the focus by messages that are handled in the next frames; let them have it first. */
async function calm(): Promise<void> {
  for (let frame = 0; frame < 2; frame += 1) {
    await new Promise(requestAnimationFrame);
  }
}

/** Insert *code* as a cell below the active one, and put the cursor into it. */
export async function insertBelow(
  panel: NotebookPanel,
  code: string
): Promise<void> {
  await calm();
  NotebookActions.insertBelow(panel.content);
  await fillActive(panel, code);
}

/** Write *code* into the active cell, and put the cursor into it. */
export async function fillActive(
  panel: NotebookPanel,
  code: string
): Promise<void> {
  const { content } = panel;
  const { activeCell } = content;
  activeCell?.model.sharedModel.setSource(code);
  // A cell that was just made has no editor yet.
  await activeCell?.ready;
  await calm();
  content.mode = 'edit';
  activeCell?.editor?.focus();
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

/** Insert a cell that somebody deleted while its text was being typed. */
export function putBack(
  { content }: NotebookPanel,
  { cellType, source, index }: LostCell
): void {
  const shared = content.model?.sharedModel;
  shared?.insertCell(Math.min(index, shared.cells.length), {
    cell_type: cellType,
    source,
    metadata: {}
  });
}

/** Show the first cell of which two versions stand in the notebook. */
export async function goToConflict(panel: NotebookPanel): Promise<boolean> {
  const cell = panel.content.widgets.find(({ model }) => {
    const mark: unknown = model.getMetadata('hubcollab');
    return typeof mark === 'object' && mark !== null && 'conflict' in mark;
  });
  return cell ? goToCell(panel, cell.model.id) : false;
}
