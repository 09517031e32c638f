import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import type { Thread } from '../../api/wire';
import type { WorkspaceApi } from '../../api/workspace';
import { hereOf } from '../../model/people';
import { RunNames } from '../../model/run-names';
import { Store } from '../../model/store';
import type { TogetherTab } from '../../model/together';
import { TogetherModel } from '../../model/together';
import type { WorkspaceModel } from '../../model/workspace';
import { fakeActions } from '../../testing/fakes';
import { run, runList, sharedOf } from '../../testing/samples';
import { Together } from './panel';

const trans = nullTranslator.load('');
const THREAD: Thread = {
  id: 't1',
  about: {
    kind: 'run',
    id: 'r1',
    path: null,
    cell: null,
    start: null,
    end: null,
    quote: null,
    revision: null
  },
  comments: [
    {
      id: 'c1',
      author: { name: 'ada', displayName: 'Ada' },
      at: '2026-01-02T03:04:05Z',
      text: 'Good one',
      mentions: [],
      editedAt: null
    }
  ],
  resolvedBy: null,
  resolvedAt: null
};

/** The panel as Ada sees it; *where* is what Bob's tab tells. */
async function shown(tab: TogetherTab, where: object = {}) {
  const deleted: unknown[] = [];
  const spoken = sharedOf({ threads: [THREAD] });
  const bob = { user: { username: 'bob', display_name: 'Bob' }, where };
  const workspace = {
    api: {
      takeBack: async (...given: unknown[]) => deleted.push(given)
    } as unknown as WorkspaceApi,
    store: new Store({ is: 'shown', workspace: spoken, online: true }),
    shared: spoken,
    me: new Store('ada'),
    people: new Store(hereOf(new Map([[1, bob]]), 2)),
    known: {}
  } as unknown as WorkspaceModel;
  const names = new RunNames(async () =>
    runList([run({ id: 'r1', name: 'wide trees' })])
  );
  const model = new TogetherModel(workspace, names);
  model.tab.set(tab);
  model.filter.set({ scope: 'all', resolved: false });
  const { actions, done } = fakeActions();
  render(
    <Together
      model={model}
      actions={actions}
      suggest={() => undefined}
      work={() => undefined}
      trans={trans}
    />
  );
  await act(async () => model.nameRuns());
  return { deleted, done };
}

// jsdom has no modal dialogs.
beforeAll(() => {
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.open = true;
  };
});

describe('comments', () => {
  it('on a run bear its name', async () => {
    await shown('comments');

    expect(
      screen.getByRole('listitem', { name: 'Thread on run wide trees' })
    ).toBeTruthy();
  });

  it('are deleted when one said so twice', async () => {
    const { deleted } = await shown('comments');
    const click = (at: number) =>
      act(async () => {
        fireEvent.click(
          screen.getAllByRole('button', { name: 'Delete', hidden: true })[at]!
        );
      });

    await click(0);
    const before = [...deleted];
    await click(1);

    expect(before).toEqual([]);
    expect(deleted).toEqual([['t1', 'c1']]);
  });
});

describe('people', () => {
  it.each([
    [{ path: 'lab/a.ipynb' }, 'a.ipynb', 'openNotebook'],
    [{ page: { is: 'run', id: 'r1' } }, 'run wide trees', 'openRun'],
    [{ page: { is: 'model', id: 'team/x' } }, 'team/x', 'openRepo']
  ])('are where they are: %j', async (where, text, opens) => {
    const { done } = await shown('people', where);

    fireEvent.click(screen.getByRole('button', { name: text }));

    expect(done[0]?.[0]).toBe(opens);
  });

  it.each([
    [{ page: { is: 'model', id: null } }, /a private page/],
    [{ page: { is: 'comparison' } }, /compares runs/],
    [{ page: { is: 'of a later version' } }, /in no notebook/]
  ])('are in no notebook where they are not: %j', async (where, text) => {
    await shown('people', where);

    expect(screen.getByText(text)).toBeTruthy();
  });
});
