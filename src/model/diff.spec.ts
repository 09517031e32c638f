import type { DiffApi } from '../api/diff';
import type { Job, ModelDiff } from '../api/wire';
import type { Listener } from '../api/events';
import { Connection } from './connection';
import { DiffModel, sideOf } from './diff';

const SIDES = { before: 'team/digits@v1', after: 'team/digits@v2' };

function job(change: Partial<Job>): Job {
  return {
    id: 'j1',
    kind: 'diff',
    title: '',
    state: 'running',
    progress: 0.5,
    detail: '',
    result: null,
    owner: 'ada',
    ...change
  };
}

function diff(measured: boolean): ModelDiff {
  const side = { kind: 'model', id: 'team/digits', commit: null } as const;
  return {
    before: { ...side, subject: SIDES.before, revision: 'v1', title: 'v1' },
    after: { ...side, subject: SIDES.after, revision: 'v2', title: 'v2' },
    metrics: [],
    fields: [],
    fieldCount: 0,
    notebook: null,
    files: [],
    fileCount: 0,
    tensors: {
      measured,
      bytesToRead: 10,
      added: 0,
      removed: 0,
      reshaped: 0,
      retyped: 0,
      changed: 1,
      unchanged: 0,
      tensors: [],
      layers: [],
      unread: []
    },
    notes: []
  };
}

function opened(): { model: DiffModel; say: Listener['event'] } {
  let say: Listener['event'] = () => undefined;
  const connection = new Connection(listener => {
    say = listener.event;
    return { retry: () => undefined, close: () => undefined };
  });
  connection.start();
  let asked = 0;
  const api: DiffApi = {
    between: async () => diff((asked += 1) > 1),
    measure: async () => job({ state: 'queued' }),
    job: async () => job({ state: 'done' }),
    cancel: async () => job({ state: 'cancelled' })
  };
  return { model: new DiffModel(SIDES, api, connection), say };
}

describe('DiffModel', () => {
  it('shows large weights when the job that reads them is done', async () => {
    const { model, say } = opened();

    await model.measure();
    say({ type: 'job', job: job({ progress: 0.7 }) });
    const seen = model.measuring.state;
    say({ type: 'job', job: job({ state: 'done' }) });
    await new Promise(resolve => setTimeout(resolve));

    expect(seen).toMatchObject({ is: 'running', job: { progress: 0.7 } });
    expect(model.measuring.state).toEqual({ is: 'idle' });
    expect(model.diff.value?.tensors.measured).toBe(true);
  });

  it('says why a job failed', async () => {
    const { model, say } = opened();

    await model.measure();
    say({ type: 'job', job: job({ state: 'failed', detail: 'no disk' }) });
    await new Promise(resolve => setTimeout(resolve));

    expect(model.deed.store.state).toMatchObject({ is: 'refused' });
  });
});

test('a side is named by repo and revision', () => {
  expect(sideOf('team/digits', 'v1')).toBe('team/digits@v1');
  expect(sideOf('team/digits', null)).toBe('team/digits');
});
