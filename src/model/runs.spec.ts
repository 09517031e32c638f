import type { RunsAsked } from '../api/runs';
import { fakeConnection, fakePins, settled } from '../testing/fakes';
import { run, runList } from '../testing/samples';
import { PAGE, RunsModel } from './runs';

async function table(notebook: string | null = null, total = 1) {
  const asked: (RunsAsked & { offset: number })[] = [];
  const drawn: [string[], string[]][] = [];
  const line = fakeConnection();
  const model = new RunsModel(
    {
      list: async (wanted, offset, limit) => {
        asked.push({ ...wanted, offset });
        const count = Math.min(limit, total - offset);
        const runs = Array.from({ length: count }, (_, i) =>
          run({ id: `r${offset + i + 1}` })
        );
        return runList(runs, { total, offset });
      },
      series: async (ids, metrics) => {
        drawn.push([ids, metrics]);
        return {
          series: ids.map(id => ({ run: id, metric: 'accuracy', points: [] }))
        };
      },
      groups: async (_, by, metric) => ({ by, metric, groups: [] })
    },
    line.connection,
    fakePins()
  );
  if (notebook) {
    model.show({ thisNotebookOnly: true, notebook });
  } else {
    model.refresh();
  }
  await settled();
  return { model, asked, drawn, ...line };
}

function idsOf(model: RunsModel): string[] {
  const { state } = model.store;
  return state.is === 'listed'
    ? [...state.rows].sort(([a], [b]) => a - b).map(([, { id }]) => id)
    : [];
}

describe('RunsModel', () => {
  it('shows a run that begins on top', async () => {
    const { model, happen } = await table();

    const startedAt = '2027-01-01T00:00:00Z';
    happen({ type: 'run', run: run({ id: 'new', startedAt }) });

    expect(idsOf(model)).toEqual(['new', 'r1']);
    expect(model.store.state).toMatchObject({ total: 2 });
  });

  it('shows the newest metrics of a run in its place', async () => {
    const { model, happen } = await table();

    happen({ type: 'run', run: run({ metrics: { accuracy: 0.99 } }) });

    const { state } = model.store;
    expect(state.is === 'listed' && state.rows.get(0)?.metrics).toEqual({
      accuracy: 0.99
    });
  });

  it('offers the names that a run brings, and draws a small line of it', async () => {
    const { model, drawn, happen } = await table();

    const begun = { id: 'new', startedAt: '2027-01-01T00:00:00Z' };
    happen({ type: 'run', run: run({ ...begun, metrics: {} }) });
    const metrics = { accuracy: 0.1, loss: 2 };
    happen({
      type: 'run',
      run: run({ ...begun, metrics, params: { c: '1' } })
    });
    await settled();

    expect(model.store.state).toMatchObject({
      columns: { metrics: ['accuracy', 'loss'], params: ['c', 'solver'] }
    });
    expect(drawn).toEqual([
      [['r1'], ['accuracy']],
      [['new'], ['accuracy']]
    ]);
  });

  it('keeps runs of other notebooks away when one is wanted', async () => {
    const { model, asked, happen } = await table('a.ipynb');

    happen({ type: 'run', run: run({ id: 'r2', notebook: 'b.ipynb' }) });

    expect(asked.map(({ notebook }) => notebook)).toEqual(['a.ipynb']);
    expect(idsOf(model)).toEqual(['r1']);
    model.dispose();
  });

  it('does not ask again when the notebook in front changes and all are wanted', async () => {
    const { model, asked } = await table();

    model.show({ notebook: 'other.ipynb' });

    expect(asked).toHaveLength(1);
  });

  it('asks for the pages that come into view, and for no other', async () => {
    const { model, asked } = await table(null, 10_000);

    model.see(5_020, 5_060);
    await settled();

    expect(asked.map(({ offset }) => offset)).toEqual([0, 50 * PAGE]);
    const { state } = model.store;
    expect(state.is === 'listed' && state.rows.get(5_030)?.id).toBe('r5031');
    expect(state.is === 'listed' && state.rows.size).toBe(2 * PAGE);
  });

  it('asks the server to filter and to sort', async () => {
    const { model, asked } = await table();

    model.show({ order: 'metrics.accuracy', descending: false });
    model.show({ text: 'accuracy > 0.9' });
    model.search();
    await settled();

    expect(asked[asked.length - 1]).toMatchObject({
      filter: 'accuracy > 0.9',
      order: 'metrics.accuracy',
      descending: false
    });
  });

  it('says how the tracking server is as it changes', async () => {
    const { model, happen } = await table();

    const state = { state: 'failed', detail: 'no port' } as const;
    happen({ type: 'tracking', state });

    expect(model.store.state).toMatchObject({ tracking: state });
  });

  it('asks anew when the line is back, and when a run was deleted', async () => {
    const { asked, resume, happen } = await table();

    resume();
    await settled();
    happen({ type: 'runDeleted', id: 'r1' });

    expect(asked).toHaveLength(3);
  });
});
