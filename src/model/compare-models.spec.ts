import type { Compared } from '../api/wire';
import { fakeConnection, settled } from '../testing/fakes';
import { hit, metric, summary } from '../testing/samples';
import { CompareModelsModel, bestOf, metricLines } from './compare-models';

function compared(change: Parameters<typeof summary>[0] = {}): Compared {
  return {
    hit: hit({ model: summary(change) }),
    languages: [],
    datasets: [],
    architecture: null,
    dtype: null,
    baseModel: null,
    likes: 0,
    safety: null,
    stars: null,
    reviews: 0
  };
}

describe('a comparison', () => {
  it('asks again when one of its repos changes, and not for others', async () => {
    jest.useFakeTimers();
    let asked = 0;
    const { connection, happen } = fakeConnection();
    const model = new CompareModelsModel(
      'model',
      ['team/a', 'team/b'],
      async () => {
        asked += 1;
        return { compared: [] };
      },
      connection
    );
    await settled();

    happen({ type: 'reviews', kind: 'model', repoId: 'team/c' });
    happen({ type: 'reviews', kind: 'model', repoId: 'team/b' });
    jest.advanceTimersByTime(1000);
    await settled();

    expect(asked).toBe(2);
    model.dispose();
    jest.useRealTimers();
  });

  it('marks the best of each metric, whichever direction is better', () => {
    const numbers = [
      [0.9, 0.2],
      [0.8, 0.1]
    ];
    const lines = metricLines(
      numbers.map(([accuracy, loss]) =>
        compared({
          metrics: [
            metric({
              name: 'accuracy',
              value: accuracy!,
              higherIsBetter: null
            }),
            metric({ name: 'loss', value: loss!, higherIsBetter: null })
          ]
        })
      )
    );

    expect(lines.map(({ best }) => best)).toEqual([[0], [1]]);
  });

  it('marks nothing where there is nothing to choose', () => {
    expect(bestOf([1, null], true)).toEqual([]);
    expect(bestOf([1, 1], true)).toEqual([]);
    expect(bestOf([1, 2], null)).toEqual([]);
  });
});
