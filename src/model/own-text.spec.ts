import type { Array as YArray } from 'yjs';
import {
  applyUpdate,
  Doc,
  encodeStateAsUpdate,
  encodeStateVector,
  Map as YMap,
  Text
} from 'yjs';
import { keepOwnText } from './own-text';

function cells(doc: Doc): YArray<YMap<Text>> {
  return doc.getArray('cells');
}

function textOf(doc: Doc): Text {
  const source = cells(doc).get(0).get('source');
  if (!source) {
    throw new Error('the cell has no text');
  }
  return source;
}

/** A server and a tab with one cell; the tab keeps what was typed in it. */
function world(): { server: Doc; tab: Doc } {
  const server = new Doc();
  const tab = new Doc();
  keepOwnText({ ydoc: tab });
  cells(server).push([new YMap([['source', new Text('x = 1')]])]);
  applyUpdate(tab, encodeStateAsUpdate(server));
  return { server, tab };
}

/** What the tab says that the server lacks. */
function said(tab: Doc, server: Doc): string {
  const update = encodeStateAsUpdate(tab, encodeStateVector(server));
  return new TextDecoder('latin1').decode(update);
}

describe('text that was typed here', () => {
  it('can still be sent when its cell was removed before it was', () => {
    const { server, tab } = world();
    const heard = encodeStateVector(server);
    cells(server).delete(0);

    textOf(tab).insert(5, ' typed');
    applyUpdate(tab, encodeStateAsUpdate(server, heard));

    expect(cells(tab).length).toBe(0);
    expect(said(tab, server)).toContain(' typed');
  });

  it('is forgotten where it was deleted here', () => {
    const { server, tab } = world();
    const heard = encodeStateVector(server);
    cells(server).delete(0);

    textOf(tab).insert(5, ' typed and more');
    textOf(tab).delete(5, 6);
    applyUpdate(tab, encodeStateAsUpdate(server, heard));

    expect(said(tab, server)).toContain(' and more');
    expect(said(tab, server)).not.toContain('typed');
  });

  it('costs nothing where others deleted their own', () => {
    const { server, tab } = world();
    const heard = encodeStateVector(server);
    cells(server).delete(0);
    applyUpdate(tab, encodeStateAsUpdate(server, heard));

    const whole = new TextDecoder('latin1').decode(encodeStateAsUpdate(tab));
    expect(whole).not.toContain('x = 1');
  });
});
