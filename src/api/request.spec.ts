import { fakeServer, json } from '../testing/fakes';
import { modelPage, models } from './models';
import { address, askLines, Refused } from './request';
import { publishRun, runs } from './runs';

const ASKED = {
  notebook: null,
  filter: '',
  order: 'start_time',
  descending: true
};

describe('ask', () => {
  it('gives a refusal the code and the words of the hub', async () => {
    const { server } = fakeServer(() =>
      json({ code: 'RepoNotFound', message: 'there is no team/x' }, 404)
    );

    const asked = modelPage(server, 'team/x', null);

    await expect(asked).rejects.toMatchObject({
      code: 'RepoNotFound',
      message: 'there is no team/x',
      status: 404
    });
  });

  it('says Unreachable where nobody answers', async () => {
    const { server } = fakeServer(() => {
      throw new TypeError('Failed to fetch');
    });

    const asked = runs(server, ASKED, 0, 10);

    await expect(asked).rejects.toMatchObject({ code: 'Unreachable' });
  });

  it('takes an answer that is no JSON for a refusal', async () => {
    const { server } = fakeServer(
      () => new Response('<html>', { status: 200 })
    );

    await expect(runs(server, ASKED, 0, 10)).rejects.toBeInstanceOf(Refused);
  });

  it('takes an error page of somebody else for a refusal with its status', async () => {
    const { server } = fakeServer(() => new Response('', { status: 502 }));

    await expect(runs(server, ASKED, 0, 10)).rejects.toMatchObject({
      status: 502
    });
  });
});

describe('askLines', () => {
  it('tells of each line as it comes, wherever the parts of it end', async () => {
    const bytes = new TextEncoder().encode('{"é":1}\n{"b":2}\n');
    const parts = [bytes.slice(0, 3), bytes.slice(3, 10), bytes.slice(10)];
    const { server } = fakeServer(() => {
      const body = {
        getReader: () => ({
          read: async () => {
            const value = parts.shift();
            return { value, done: value === undefined };
          }
        })
      };
      return Object.defineProperty(new Response(''), 'body', { value: body });
    });
    const told: unknown[] = [];

    await askLines(server, 'search/upstream', {}, line => told.push(line));

    expect(told).toEqual([{ é: 1 }, { b: 2 }]);
  });
});

describe('routes', () => {
  it('name models with their slash and revisions as a query', async () => {
    const { server, seen } = fakeServer(() => json({}));

    await modelPage(server, 'team/di gits', 'v 1');

    expect(seen[0]?.url).toBe(
      'http://lab/hubcollab/api/models/team/di%20gits?revision=v+1'
    );
  });

  it('leave out what was not given', async () => {
    const { server, seen } = fakeServer(() => json({}));

    await models(server, { mine: false, limit: 5, offset: 0 });

    expect(seen[0]?.url).toBe(
      'http://lab/hubcollab/api/models?limit=5&offset=0'
    );
  });

  it('carry any text', async () => {
    const { server, seen } = fakeServer(() => json({}));

    await runs(server, { ...ASKED, notebook: 'größe & 😀.ipynb' }, 0, 3);

    const { searchParams } = new URL(seen[0]?.url ?? '');
    expect(searchParams.get('notebook')).toBe('größe & 😀.ipynb');
  });

  it('post the publication of a run as JSON', async () => {
    const { server, seen } = fakeServer(() => json({}, 202));

    await publishRun(server, 'r1', { repoId: 'team/x' });

    expect(seen[0]).toEqual({
      method: 'POST',
      url: 'http://lab/hubcollab/api/runs/r1/publish',
      body: { repoId: 'team/x' }
    });
  });
});

describe('address', () => {
  it('stands below the base URL of the server', () => {
    const { server } = fakeServer(() => json({}));

    expect(address(server, 'hubcollab/x', { a: 1, b: null })).toBe(
      'http://lab/hubcollab/x?a=1'
    );
  });
});
