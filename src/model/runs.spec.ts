import { fakeConnection, settled } from '../testing/fakes';
import { run } from '../testing/samples';
import { RunsModel } from './runs';

const READY = { state: 'ready', detail: '' } as const;

async function table(notebook: string | null = null) {
  const asked: (string | null)[] = [];
  const line = fakeConnection();
  const model = new RunsModel(async wanted => {
    asked.push(wanted);
    return { runs: [run()], state: READY };
  }, line.connection);
  if (notebook) {
    model.show({ thisNotebookOnly: true, notebook });
  } else {
    model.refresh();
  }
  await settled();
  return { model, asked, ...line };
}

function idsOf(model: RunsModel): string[] {
  const { state } = model.store;
  return state.is === 'listed' ? state.runs.map(({ id }) => id) : [];
}

describe('RunsModel', () => {
  it('shows a run that begins on top', async () => {
    const { model, happen } = await table();

    const startedAt = '2027-01-01T00:00:00Z';
    happen({ type: 'run', run: run({ id: 'r2', startedAt }) });

    expect(idsOf(model)).toEqual(['r2', 'r1']);
  });

  it('shows the newest metrics of a run in its place', async () => {
    const { model, happen } = await table();

    happen({ type: 'run', run: run({ metrics: { accuracy: 0.99 } }) });

    expect(model.store.state).toMatchObject({
      runs: [{ id: 'r1', metrics: { accuracy: 0.99 } }]
    });
  });

  it('keeps runs of other notebooks away when one is wanted', async () => {
    const { model, asked, happen } = await table('a.ipynb');

    happen({ type: 'run', run: run({ id: 'r2', notebook: 'b.ipynb' }) });

    expect(asked).toEqual(['a.ipynb']);
    expect(idsOf(model)).toEqual(['r1']);
  });

  it('does not ask again when the notebook in front changes and all are wanted', async () => {
    const { model, asked } = await table();

    model.show({ notebook: 'other.ipynb' });

    expect(asked).toEqual([null]);
  });

  it('drops a run that was deleted', async () => {
    const { model, happen } = await table();

    happen({ type: 'runDeleted', id: 'r1' });

    expect(idsOf(model)).toEqual([]);
  });

  it('says how the tracking server is as it changes', async () => {
    const { model, happen } = await table();

    const state = { state: 'failed', detail: 'no port' } as const;
    happen({ type: 'tracking', state });

    expect(model.store.state).toMatchObject({ tracking: state });
  });

  it('asks anew when the line is back', async () => {
    const { asked, resume } = await table();

    resume();

    expect(asked).toHaveLength(2);
  });
});
