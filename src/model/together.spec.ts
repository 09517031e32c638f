import type { About, Thread } from '../api/wire';
import type { WorkspaceApi } from '../api/workspace';
import { sharedOf } from '../testing/samples';
import { RunNames } from './run-names';
import { Store } from './store';
import type { NotebookView } from './together';
import { TogetherModel, allows } from './together';
import type { Shared, WorkspaceModel } from './workspace';

const ANA = { name: 'ana', displayName: 'Ana' };
const BEN = { name: 'ben', displayName: 'Ben' };

function thread(id: string, about: Partial<About>, by = BEN): Thread {
  return {
    id,
    about: {
      kind: 'cell',
      id: 'file',
      path: 'a.ipynb',
      cell: null,
      start: null,
      end: null,
      quote: null,
      revision: null,
      ...about
    },
    comments: [
      {
        id: `${id}-1`,
        author: by,
        at: '2026-01-01',
        text: '…',
        mentions: [],
        editedAt: null
      }
    ],
    resolvedBy: null,
    resolvedAt: null
  };
}

function made(shared: Partial<Shared>) {
  const begun: unknown[] = [];
  const api = {
    roles: () => Promise.resolve({ file: 'file' }),
    begin: (body: object) => {
      begun.push(body);
      const path = 'path' in body ? 'a.ipynb' : null;
      return Promise.resolve(thread('new', { path }));
    }
  } as unknown as WorkspaceApi;
  const workspace = {
    api,
    shared: sharedOf(shared),
    me: new Store('ana')
  } as unknown as WorkspaceModel;
  const view: NotebookView = {
    path: 'a.ipynb',
    place: ({ cell }) => (cell === 'deleted' ? 'gone' : 'there'),
    order: ({ cell }) => (cell === 'first' ? 0 : 1),
    show: () => undefined,
    target: () => ({ kind: 'cell', path: 'a.ipynb', cell: 'first' })
  };
  const names = new RunNames(() => Promise.reject(new Error('nobody asks')));
  return { model: new TogetherModel(workspace, names), view, begun };
}

const THREADS = [
  thread('1', { cell: 'deleted' }),
  thread('2', { cell: 'first' }, ANA),
  thread('3', { kind: 'model', id: 'team/digits' }),
  { ...thread('4', { cell: 'first' }), resolvedBy: BEN }
];

describe('TogetherModel', () => {
  it('lists the open threads of the notebook, in its order, orphans too', async () => {
    const { model, view } = made({ threads: THREADS });
    await model.look(view);

    expect(
      model.listed().map(({ thread: { id }, place }) => [id, place])
    ).toEqual([
      ['2', 'there'],
      ['1', 'gone']
    ]);
    expect([...model.onCells().keys()]).toEqual(['deleted', 'first']);
  });

  it('lists what concerns me, and everything', async () => {
    const { model } = made({ threads: THREADS });
    model.filter.set({ scope: 'mine', resolved: false });
    const mine = model.listed().map(({ thread: { id } }) => id);
    model.filter.set({ scope: 'all', resolved: true });

    expect(mine).toEqual(['2']);
    expect(model.listed()).toHaveLength(4);
  });

  it('begins a thread on what was chosen, and then has chosen nothing', async () => {
    const { model, view, begun } = made({});
    model.target.set(view.target());

    expect(await model.begin('Why?')).toBe(true);
    expect(begun).toEqual([
      { kind: 'cell', path: 'a.ipynb', cell: 'first', text: 'Why?' }
    ]);
    expect(model.target.state).toBeNull();
  });

  it('goes to the comments to write one, and to show what was said on a run', async () => {
    const { model, view } = made({});
    await model.look(view);
    model.tab.set('people');

    model.talk({ kind: 'run', id: 'r1' });
    const tab = model.tab.state;
    await model.begin('Nice');

    expect(tab).toBe('comments');
    expect(model.filter.state.scope).toBe('all');
    expect(model.shown.state).toEqual({ thread: 'new', focus: false });
  });

  it('knows what a role allows', () => {
    const roles = {
      file: 'file',
      path: null,
      people: { ana: 'runner' as const },
      others: 'viewer' as const
    };
    const { model } = made({ roles: { file: roles } });

    expect(model.role('file')).toBe('runner');
    expect(model.role('other')).toBe('editor');
    expect(allows('runner', 'commenter')).toBe(true);
    expect(allows('runner', 'editor')).toBe(false);
  });
});
