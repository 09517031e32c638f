import {
  commitEntry,
  comparison,
  fakeRepo,
  fileDiff
} from '../../testing/repos';
import { settled } from '../../testing/fakes';
import { HistoryModel } from './history';

const ALL = Array.from({ length: 5 }, (_, n) => commitEntry({ id: `c${n}` }));

function history() {
  const api = fakeRepo({
    commits: async (_, offset) => ({
      revision: 'main',
      commits: ALL.slice(offset, offset + 2),
      hasMore: offset + 2 < ALL.length
    }),
    diff: async ({ path }) =>
      path
        ? comparison([fileDiff({ path, isCut: false })])
        : comparison([fileDiff({ isCut: true }), fileDiff({ path: 'b' })])
  });
  return new HistoryModel(api, () => null);
}

describe('a history', () => {
  it('grows by pages, and stays as long when it is asked anew', async () => {
    const model = history();
    model.refresh();
    await settled();
    model.more();
    await settled();

    model.refresh();
    await settled();

    expect(model.history.value?.commits).toEqual(ALL.slice(0, 4));
    expect(model.history.value?.hasMore).toBe(true);
  });

  it('puts all lines of a file in the place of its first', async () => {
    const model = history();
    model.compare({ to: 'c0' });
    await settled();

    await model.whole('a.txt');

    expect(model.comparison.value?.files.map(file => file.isCut)).toEqual([
      false,
      false
    ]);
  });
});
