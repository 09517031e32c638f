import type { AbstractType, Item, Transaction } from 'yjs';
import { ContentString, ContentType, Doc } from 'yjs';

/**
 * Keep the letters that were typed in this tab where somebody else removes the cell around them.
 *
 * Yjs forgets the text of what is deleted. A line may break after a letter was typed and before it was sent, with the
 * removal of its cell read in between: what the tab then sends had no text any more. Kept, the server finds it there
 * and brings it to where the cell is now (`collab/salvage.py`).
 */
export function keepOwnText(shared: object): void {
  if (!('ydoc' in shared) || !(shared.ydoc instanceof Doc)) {
    return;
  }
  const doc = shared.ydoc;
  let byOthers = false;
  // Told of right before Yjs frees what a transaction deleted.
  doc.on('afterTransaction', ({ local }: Transaction) => {
    byOthers = !local;
  });
  doc.gcFilter = item => !(byOthers && holdsTextOf(doc.clientID, item));
}

function holdsTextOf(client: number, item: Item): boolean {
  const { content } = item;
  return content instanceof ContentType
    ? [...within(content.type)].some(inner => holdsTextOf(client, inner))
    : item.id.client === client && content instanceof ContentString;
}

function* within(type: AbstractType<unknown>): Generator<Item> {
  yield* type._map.values();
  for (let item = type._start; item; item = item.right) {
    yield item;
  }
}
