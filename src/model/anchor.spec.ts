import type { Map as YMap } from 'yjs';
import { Doc, Text } from 'yjs';
import { anchorOf, stretchOf } from './anchor';

function cellOf(source: string): { doc: Doc; text: Text; cells: YMap<Text> } {
  const doc = new Doc();
  const cells = doc.getMap<Text>('cells');
  const text = new Text(source);
  cells.set('a', text);
  return { doc, text, cells };
}

describe('an anchor', () => {
  it('stays at its words while others type around and inside', () => {
    const { doc, text } = cellOf('let answer = 42');
    const anchor = anchorOf(text, { start: 4, end: 10 });

    text.insert(0, '# top\n');
    text.insert(text.toString().indexOf('swer'), '--');
    text.insert(text.length, ' // end');

    const found = stretchOf(doc, text, anchor)!;
    expect(anchor.quote).toBe('answer');
    expect(text.toString().slice(found.start, found.end)).toBe('an--swer');
  });

  it('is found again by its words in a cell that was moved', () => {
    const { doc, text, cells } = cellOf('let answer = 42');
    const anchor = anchorOf(text, { start: 4, end: 10 });

    cells.set('a', new Text('# moved\nlet answer = 42'));

    expect(stretchOf(doc, cells.get('a')!, anchor)).toEqual({
      start: 12,
      end: 18
    });
  });

  it('is gone when its words are deleted', () => {
    const { doc, text } = cellOf('let answer = 42');
    const anchor = anchorOf(text, { start: 4, end: 10 });

    text.delete(4, 7);

    expect(stretchOf(doc, text, anchor)).toBeNull();
  });

  it('is nowhere when somebody stored nonsense', () => {
    const { doc, text } = cellOf('x');
    const nonsense = { start: '{', end: '[]', quote: null };

    expect(stretchOf(doc, text, nonsense)).toBeNull();
  });
});
