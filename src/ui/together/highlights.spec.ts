import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { nullTranslator } from '@jupyterlab/translation';
import type { Thread } from '../../api/wire';
import { Highlights } from './highlights';

const trans = nullTranslator.load('');

function thread(id: string, text: string): Thread {
  const by = { name: 'ben', displayName: 'Ben' };
  return {
    id,
    about: {
      kind: 'text',
      id: 'file',
      revision: null,
      path: 'a.ipynb',
      cell: 'c',
      start: null,
      end: null,
      quote: null
    },
    comments: [
      {
        id: 'one',
        author: by,
        at: '2026-01-01T00:00:00Z',
        editedAt: null,
        text,
        mentions: []
      }
    ],
    resolvedBy: null,
    resolvedAt: null
  };
}

function editor(doc: string): EditorView {
  const parent = document.createElement('div');
  document.body.append(parent);
  return new EditorView({ state: EditorState.create({ doc }), parent });
}

function marked(view: EditorView): (string | null)[] {
  return [...view.dom.querySelectorAll('mark')].map(one => one.textContent);
}

describe('words on which somebody commented', () => {
  it('are marked, and say what was said', () => {
    const view = editor('x = fit(data)');
    const shown = new Highlights(() => undefined, trans);

    shown.show(view.dom, [{ start: 4, end: 7, thread: thread('t', 'why?') }]);

    expect(marked(view)).toEqual(['fit']);
    expect(view.dom.querySelector('mark')?.title).toBe('Comment by Ben: why?');
  });

  it('stay marked while others type before them', () => {
    const view = editor('x = fit(data)');
    const shown = new Highlights(() => undefined, trans);
    shown.show(view.dom, [{ start: 4, end: 7, thread: thread('t', 'why?') }]);

    view.dispatch({ changes: { from: 0, insert: '# now\n' } });

    expect(marked(view)).toEqual(['fit']);
  });

  it('are marked no more once the thread is resolved', () => {
    const view = editor('x = fit(data)');
    const shown = new Highlights(() => undefined, trans);
    shown.show(view.dom, [{ start: 4, end: 7, thread: thread('t', 'why?') }]);

    shown.show(view.dom, []);

    expect(marked(view)).toEqual([]);
  });

  it('lead to the thread when the cursor is in them, and screen readers hear it', () => {
    const view = editor('x = fit(data)');
    const shown = new Highlights(() => undefined, trans);
    shown.show(view.dom, [{ start: 4, end: 7, thread: thread('t', 'why?') }]);
    const before = shown.atCursor(view.dom);

    view.dispatch({ selection: { anchor: 5 } });

    expect(before).toBeNull();
    expect(shown.atCursor(view.dom)?.id).toBe('t');
    expect(view.dom.querySelector('[aria-live]')?.textContent).toBe(
      'Comment by Ben: why?'
    );
  });
});
