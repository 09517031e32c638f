import { fakeConnection, settled } from '../testing/fakes';
import { fakeApis, repoPage, treeEntry } from '../testing/repos';
import { run, summary } from '../testing/samples';
import { PageModel } from './page';
import { RunModel } from './run';

const BY = { name: 'bob', displayName: 'Bob' };

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('PageModel', () => {
  function opened() {
    const asked: (string | null)[] = [];
    const line = fakeConnection();
    const apis = fakeApis({
      page: async revision => {
        asked.push(revision);
        return repoPage();
      }
    });
    const repo = { kind: 'model', id: 'team/digits' } as const;
    const model = new PageModel(repo, apis, line.connection);
    model.show(null);
    return { model, asked, ...line };
  }

  it('shows the newest version until another is chosen', async () => {
    const { model, asked } = opened();

    model.show('v1');
    await settled();

    expect(asked).toEqual([null, 'v1']);
    expect(model.store.state.is).toBe('shown');
  });

  it('asks anew when somebody changes this repo, not another', () => {
    const { asked, happen } = opened();

    happen({ type: 'model', model: summary(), by: BY, tag: 'v2' });
    const other = summary({ id: 'team/other' });
    happen({ type: 'model', model: other, by: BY, tag: 'v1' });
    const news = { ref: null, commit: null, by: BY };
    happen({ type: 'repo', kind: 'dataset', id: 'team/digits', ...news });
    jest.advanceTimersByTime(1000);

    expect(asked).toHaveLength(2);
  });

  it('says that the repo is gone when it was deleted', async () => {
    const { model, happen } = opened();
    await settled();

    happen({ type: 'modelDeleted', id: 'team/digits' });

    expect(model.store.state).toEqual({ is: 'gone' });
  });

  it('keeps the folder when another revision is shown, not the file', async () => {
    const { model } = opened();
    model.files.enter('data');
    model.files.open(treeEntry());

    model.show('v1');

    expect(model.files.folder.state).toBe('data');
    expect(model.files.file.state).toBeNull();
  });
});

describe('RunModel', () => {
  it('shows new metrics at once and their whole history now and then', async () => {
    let asked = 0;
    const { connection, happen } = fakeConnection();
    const ask = async () => {
      asked += 1;
      return { run: run(), history: {} };
    };
    const model = new RunModel('r1', ask, connection);
    await settled();

    happen({ type: 'run', run: run({ metrics: { loss: 0.1 } }) });

    expect(model.store.state).toMatchObject({
      page: { run: { metrics: { loss: 0.1 } } }
    });
    jest.advanceTimersByTime(60_000);
    expect(asked).toBe(2);
  });
});
