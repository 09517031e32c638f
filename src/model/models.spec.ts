import type { ListedModels } from '../api/models';
import { fakeConnection, settled } from '../testing/fakes';
import { summary } from '../testing/samples';
import { ModelsModel } from './models';

const BY = { name: 'bob', displayName: 'Bob' };

function listing(total = 1) {
  const asked: ListedModels[] = [];
  const line = fakeConnection();
  const model = new ModelsModel(async given => {
    asked.push(given);
    return { models: [summary()], total };
  }, line.connection);
  return { model, asked, ...line };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('ModelsModel', () => {
  it('shows what another person publishes without being asked', async () => {
    const { model, asked, happen } = listing();

    happen({ type: 'model', model: summary(), by: BY, tag: 'v2' });
    jest.advanceTimersByTime(1000);
    await settled();

    expect(model.store.state.is).toBe('listed');
    expect(model.news.state).toEqual({
      id: 'team/digits',
      tag: 'v2',
      by: 'Bob'
    });
    expect(asked).toHaveLength(1);
  });

  it('asks once for many events that come together', () => {
    const { asked, happen } = listing();

    for (let i = 0; i < 20; i += 1) {
      happen({ type: 'model', model: summary(), by: BY, tag: `v${i}` });
    }
    jest.advanceTimersByTime(1000);

    expect(asked).toHaveLength(1);
  });

  it('asks anew when the line is back', () => {
    const { asked, lose, resume } = listing();

    lose();
    resume();

    expect(asked).toHaveLength(1);
  });

  it('asks for mine only when told so', () => {
    const { model, asked } = listing();

    model.show({ mine: true });

    expect(asked).toEqual([{ mine: true, limit: 50, offset: 0 }]);
  });

  it('asks for more of a long list', async () => {
    const { model, asked } = listing(70);

    model.refresh();
    await settled();
    model.more();

    expect(asked.map(({ limit }) => limit)).toEqual([50, 100]);
  });

  it('says why it failed', async () => {
    const { connection } = fakeConnection();
    const model = new ModelsModel(
      () => Promise.reject(new Error('no disk')),
      connection
    );

    model.refresh();
    await settled();

    expect(model.store.state).toMatchObject({
      is: 'failed',
      why: { message: 'no disk' }
    });
  });
});
