import { Awareness } from 'y-protocols/awareness';
import { Doc } from 'yjs';
import type { RoomLine, RoomListener } from '../api/room';
import { WorkspaceApi } from '../api/workspace';
import { fakeServer, json, settled } from '../testing/fakes';
import { NOWHERE, alike, hereOf, onePerPerson } from './people';
import { WorkspaceModel } from './workspace';

const BY = { name: 'ben', displayName: 'Ben' };
const PIN = {
  run: 'r1',
  name: 'first',
  note: 'best',
  by: BY,
  at: '2026-01-01'
};

function made() {
  const doc = new Doc();
  const awareness = new Awareness(doc);
  const told: unknown[] = [];
  let listener: RoomListener | null = null;
  const { server, seen } = fakeServer(({ url }) =>
    json(url.endsWith('/me') ? { name: 'ana', displayName: 'Ana' } : PIN)
  );
  const line = {
    doc,
    awareness,
    tell: (state: unknown) => told.push(state),
    close: () => undefined
  } as unknown as RoomLine;
  const model = new WorkspaceModel(
    new WorkspaceApi(server),
    (_, given) => {
      listener = given;
      return Promise.resolve(line);
    },
    () => 'teal'
  );
  return { model, doc, awareness, told, seen, line: () => listener! };
}

describe('WorkspaceModel', () => {
  it('shows what the document holds, oldest first, as it changes', async () => {
    const { model, doc, line } = made();
    await model.start();
    line().online(true);
    doc.getMap('pins').set('r2', { ...PIN, run: 'r2', at: '2026-01-02' });
    doc.getMap('pins').set('r1', PIN);
    line().changed();
    await settled();

    expect(model.shared?.pins.map(({ run }) => run)).toEqual(['r1', 'r2']);
    expect(model.me.state).toBe('ana');
  });

  it('keeps showing what it has when the line is down', async () => {
    const { model, line } = made();
    await model.start();
    line().online(true);
    await settled();
    line().online(false);
    await settled();

    expect(model.store.state).toMatchObject({ is: 'shown', online: false });
  });

  it('writes through the server only', async () => {
    const { model, doc, seen } = made();
    await model.start();
    await model.pin('r1', 'first', 'best');

    expect(doc.getMap('pins').size).toBe(0);
    expect(seen.at(-1)).toMatchObject({
      method: 'PUT',
      url: 'http://lab/hubcollab/api/workspace/pins/r1',
      body: { name: 'first', note: 'best' }
    });
  });

  it('tells where one is, also what it was before the line stood', async () => {
    const { model, told } = made();
    const where = { ...NOWHERE, path: 'a.ipynb', cell: 'c1', offset: 4 };
    model.tell(where);
    await model.start();

    const user = { username: 'ana', display_name: 'Ana', color: 'teal' };
    expect(told).toEqual([{ user, where }]);
  });

  it('knows who is here, also who has not written anything yet', async () => {
    const { model, doc, awareness, line } = made();
    await model.start();
    line().online(true);
    doc.getMap('people').set('ben', 'Ben');
    const user = { username: 'eva', display_name: 'Eva' };
    awareness.setLocalState({ user });
    line().changed();
    await settled();

    expect(model.known).toEqual({ ben: 'Ben', eva: 'Eva' });
  });
});

describe('people', () => {
  const states = new Map<number, { [key: string]: unknown }>([
    [1, { user: { username: 'ben', display_name: 'Ben' }, where: 'nonsense' }],
    [
      2,
      {
        user: { username: 'ana', display_name: 'Ana' },
        where: { idle: true, path: 'b' }
      }
    ],
    [
      3,
      { user: { username: 'ana', display_name: 'Ana' }, where: { path: 'a' } }
    ],
    [4, { where: { path: 'nobody' } }]
  ]);

  it('are those whom the server names', () => {
    expect(hereOf(states, 3).map(({ name, me }) => [name, me])).toEqual([
      ['ana', false],
      ['ana', true],
      ['ben', false]
    ]);
  });

  it('are followed to something that one sees, also where cells and windows are smaller', () => {
    expect(alike(-40, 500, 800)).toBe(-40);
    expect(alike(-6000, 500, 800)).toBe(-440);
    expect(alike(-6000, 20, 800)).toBe(0);
    expect(alike(30, 20, 800)).toBe(30);
    expect(alike(700, 100, 500)).toBe(400);
    expect(alike(700, 900, 500)).toBe(250);
  });

  it('count once, where they are at work', () => {
    expect(onePerPerson(hereOf(states, 1)).map(({ path }) => path)).toEqual([
      'a',
      null
    ]);
  });
});
