import { run } from '../testing/samples';
import { RunNames } from './run-names';

function made(answers: () => Promise<unknown>) {
  const asked: string[][] = [];
  const names = new RunNames(ids => {
    asked.push(ids);
    return answers() as never;
  });
  return { names, asked };
}

const FOUND = { runs: [run({ id: 'r1', name: 'wide trees' })] };

describe('RunNames', () => {
  it('asks once, also for runs that are gone', async () => {
    const { names, asked } = made(() => Promise.resolve(FOUND));

    await names.want(['r1', 'gone', 'r1']);
    await names.want(['gone', 'r1']);

    expect(asked).toEqual([['r1', 'gone']]);
    expect([...names.store.state]).toEqual([['r1', 'wide trees']]);
  });

  it('asks again after the server did not answer', async () => {
    let is = false;
    const { names } = made(() =>
      is ? Promise.resolve(FOUND) : Promise.reject(new Error('away'))
    );

    await names.want(['r1']);
    is = true;
    await names.want(['r1']);

    expect(names.store.state.get('r1')).toBe('wide trees');
  });

  it('follows a run that is renamed', async () => {
    const { names } = made(() => Promise.resolve(FOUND));
    await names.want(['r1']);

    names.told(run({ id: 'r1', name: 'best' }));
    names.told(run({ id: 'other', name: 'x' }));

    expect([...names.store.state]).toEqual([['r1', 'best']]);
  });
});
