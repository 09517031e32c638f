import type { DiscussionPage } from '../../api/wire';
import { settled } from '../../testing/fakes';
import { comparison, fakeApis } from '../../testing/repos';
import { DiscussionsModel } from './discussions';

const AT = '2026-01-02T03:04:05Z';

function page(change: Partial<DiscussionPage> = {}): DiscussionPage {
  return {
    discussion: {
      number: 1,
      title: 'Use two',
      status: 'open',
      isPullRequest: true,
      author: { name: 'ada', displayName: 'Ada' },
      target: 'main',
      comments: 0,
      createdAt: AT,
      updatedAt: AT
    },
    events: [],
    ref: 'refs/pr/1',
    base: 'b',
    head: 'h1',
    mergeCommit: null,
    conflicts: [],
    mayComment: true,
    mayChange: true,
    mayMerge: true,
    ...change
  };
}

function discussions(merge: (head: string | null) => Promise<DiscussionPage>) {
  let asked = 0;
  const model = new DiscussionsModel({
    ...fakeApis().discussions,
    page: async () => {
      asked += 1;
      return page({ head: `h${asked}` });
    },
    diff: async () => comparison(),
    openPull: async () => page(),
    merge: (_, head) => merge(head)
  });
  return model;
}

describe('DiscussionsModel', () => {
  it('shows what was just opened, with its changes', async () => {
    const model = discussions(async () => page());

    await model.openPull({ title: 'Use two', branch: 'better' });
    await settled();

    expect(model.place.state).toEqual({ is: 'one', number: 1 });
    expect(model.diff.value?.files).toHaveLength(1);
  });

  it('merges only what is shown', async () => {
    const heads: (string | null)[] = [];
    const model = discussions(async head => {
      heads.push(head);
      return page({ mergeCommit: 'm' });
    });
    model.go({ is: 'one', number: 1 });
    await settled();

    await model.merge();

    expect(heads).toEqual(['h1']);
    expect(model.page.value?.mergeCommit).toBe('m');
  });

  it('shows the newest state when a merge is refused', async () => {
    const stale = Object.assign(new Error('newer'), { code: 'StaleParent' });
    const model = discussions(() => Promise.reject(stale));
    model.go({ is: 'one', number: 1 });
    await settled();

    await model.merge();
    await settled();

    expect(model.deed.store.state).toMatchObject({ is: 'refused' });
    expect(model.page.value?.head).toBe('h2');
  });
});
