import type { RunsCompared, RunsComparedAsked } from '../api/wire';
import { fakeConnection, settled } from '../testing/fakes';
import { run, runList, sharedOf } from '../testing/samples';
import { CompareModel } from './compare';
import { Store } from './store';
import type { WorkspaceState } from './workspace';

/** A workspace that everybody shares, and the pages of people who look at runs. */
function team() {
  const store = new Store<WorkspaceState>({
    is: 'shown',
    workspace: sharedOf(),
    online: true
  });
  const show = (comparison: RunsCompared | null) =>
    store.set({
      is: 'shown',
      workspace: sharedOf({ comparison }),
      online: true
    });
  const asked: RunsComparedAsked[] = [];
  const page = (ids: string[]) =>
    new CompareModel(
      ids,
      {
        some: async wanted =>
          runList(wanted.map(id => run({ id, metrics: { loss: 1, f1: 1 } }))),
        series: async () => ({ series: [] })
      },
      fakeConnection().connection,
      {
        store,
        compare: async wanted => {
          asked.push(wanted);
          const { runs, metrics = [], smoothing = 0 } = wanted;
          const { log = false, x = 'step' } = wanted;
          const by = { name: 'ann', displayName: 'Ann' };
          const at = `2026-01-01T00:00:0${asked.length}Z`;
          show({ runs, metrics, smoothing, log, x, by, at });
        },
        endComparison: async () => show(null)
      }
    );
  return { page, asked };
}

describe('CompareModel', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is drawn for everybody as somebody draws it, while it is discussed', async () => {
    const { page, asked } = team();
    const [anns, bobs, others] = [
      page(['a', 'b']),
      page(['a', 'b']),
      page(['a', 'c'])
    ];
    await settled();
    anns.draw({ smoothing: 0.5 });
    expect(bobs.drawn.state.smoothing).toBe(0);

    anns.share();
    await settled();
    expect(bobs.drawn.state.smoothing).toBe(0.5);
    expect(bobs.shared.state?.by.displayName).toBe('Ann');
    expect(others.shared.state).toBeNull();
    expect(others.drawn.state.smoothing).toBe(0);

    bobs.draw({ log: true });
    bobs.draw({ metrics: ['f1'] });
    jest.runOnlyPendingTimers();
    await settled();
    expect(anns.drawn.state).toMatchObject({ log: true, metrics: ['f1'] });
    expect(asked).toHaveLength(2);
  });

  it('is everybody’s own again when the discussion ended', async () => {
    const { page } = team();
    const [anns, bobs] = [page(['a', 'b']), page(['a', 'b'])];
    anns.share();
    await settled();

    await bobs.end();
    anns.draw({ log: true });
    jest.runOnlyPendingTimers();
    await settled();

    expect(anns.shared.state).toBeNull();
    expect(bobs.drawn.state.log).toBe(false);
  });
});
