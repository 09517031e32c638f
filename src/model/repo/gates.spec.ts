import type { GateLog, GateRun } from '../../api/wire';
import { fakeGates, gateRun } from '../../testing/gates';
import { GatesModel, withRun } from './gates';

describe('the gates of a model', () => {
  it('put news of a run in its place, and a new run first', () => {
    const old = gateRun({ id: 'a', isCurrent: false });

    const moved = withRun([old], gateRun({ id: 'a', state: 'passed' }));
    const more = withRun(moved, gateRun({ id: 'b' }));

    expect(moved).toMatchObject([{ state: 'passed', isCurrent: false }]);
    expect(more.map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('read a log piece by piece, and nothing twice', async () => {
    const asked: number[] = [];
    const whole = 'one two three';
    const log = async (_: string, after: number): Promise<GateLog> => {
      asked.push(after);
      const text = whole.slice(after, after + 4);
      return { text, next: after + text.length, state: 'running' };
    };
    const model = new GatesModel(fakeGates({ log }));

    await Promise.all([model.follow('a'), model.moved(gateRun({ id: 'a' }))]);

    expect(model.log.state?.text).toBe(whole);
    expect(asked).toEqual([...asked].sort((one, other) => one - other));
  });

  it('show the gates of one pull request and leave out others', async () => {
    const run: GateRun = gateRun({ pull: 3 });
    const gates = async () => ({
      hasRules: true,
      mistakes: [],
      protected: [],
      mayRun: true,
      mayOverride: false,
      runs: [run]
    });
    const model = new GatesModel(fakeGates({ gates }));
    model.refreshPull(3);
    await Promise.resolve();
    await Promise.resolve();

    model.moved(gateRun({ id: 'other', pull: 4 }));
    model.moved(gateRun({ id: run.id, pull: 3, state: 'failed' }));

    expect(model.pull.value?.runs).toMatchObject([{ state: 'failed' }]);
  });
});
