import type { MeaningUnread } from '../api/wire';
import { fakeConnection, settled } from '../testing/fakes';
import { reply } from '../testing/samples';
import { MeaningModel } from './meaning';
import { SearchModel } from './search';

/** The hub says *first* with a search, then one after the other of *later*. */
function made(
  first: MeaningUnread | null,
  later: (MeaningUnread | null | Error)[]
) {
  const search = new SearchModel(
    async () => reply({ meaning: first }),
    fakeConnection().connection
  );
  const model = new MeaningModel(search, async () => {
    const next = later.shift() ?? null;
    if (next instanceof Error) {
      throw next;
    }
    return next;
  });
  const wait = async () => {
    jest.advanceTimersByTime(3000);
    await settled();
  };
  return { search, model, wait, later };
}

const LEFT = { unread: 12_000, total: 44_000, stopped: false };

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('the meaning of what is searched', () => {
  it('is nothing to speak of once all is read', async () => {
    const { search, model } = made(null, []);
    search.submit('moods');
    await settled();

    expect(model.store.state).toEqual({ is: 'all' });
  });

  it('is told as it is read, also after the hub was away', async () => {
    const next = { unread: 4000, total: 44_000, stopped: false };
    const { search, model, wait } = made(LEFT, [new Error('away'), next]);
    search.submit('moods');
    await settled();
    const told = [model.store.state];

    for (let i = 0; i < 3; i += 1) {
      await wait();
      told.push(model.store.state);
    }

    expect(told).toEqual([
      { is: 'reading', left: LEFT },
      { is: 'reading', left: LEFT },
      { is: 'reading', left: next },
      { is: 'done' }
    ]);
  });

  it('is not asked for when it is not read any more', async () => {
    const stopped = { ...LEFT, stopped: true };
    const { search, model, wait, later } = made(stopped, [null]);
    search.submit('moods');
    await settled();

    await wait();

    expect(model.store.state).toEqual({ is: 'reading', left: stopped });
    expect(later).toHaveLength(1);
  });

  it('is not asked for when nobody searches any more', async () => {
    const { search, model, wait, later } = made(LEFT, [LEFT, LEFT]);
    search.submit('moods');
    await settled();
    model.dispose();

    await wait();

    expect(later).toHaveLength(2);
  });
});
