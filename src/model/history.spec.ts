import type { HistoryPoint, HistoryStep } from '../api/history';
import { HistoryModel, changesOf, stretchesOf } from './history';

function step(
  number: number,
  name: string,
  beganAt: number,
  edits = 1
): HistoryStep {
  const authors = [{ name: name.toLowerCase(), displayName: name }];
  return { authors, beganAt, endedAt: beganAt + 1, edits, number };
}

const POINT: HistoryPoint = {
  number: 4,
  name: 'before the rewrite',
  displayName: 'Ben',
  at: 30
};

const TEXT = `nbdiff before after
--- before  (no timestamp)
+++ after  (no timestamp)
## replaced (type changed from NoneType to int) /cells/0/execution_count:
-  None
+  1

## modified /cells/1/source:
@@ -1 +1 @@
-x = 1
+x = 2
`;

describe('the stretches of a history', () => {
  it('end with a pause, and with a named point', () => {
    const steps = [
      step(2, 'Ana', 0, 2),
      step(4, 'Ben', 20, 2),
      step(5, 'Ana', 40),
      step(6, '', 5000)
    ];

    const found = stretchesOf(steps, [POINT]);

    expect(found.map(({ authors, number }) => [authors, number])).toEqual([
      [['Ana', 'Ben'], 4],
      [['Ana'], 5],
      [[''], 6]
    ]);
    expect(found.map(({ point }) => point?.name)).toEqual([
      'before the rewrite',
      undefined,
      undefined
    ]);
  });
});

describe('the changes', () => {
  it('are those that people made, by cell', () => {
    expect(changesOf(TEXT)).toEqual([
      {
        what: 'modified',
        cell: 2,
        part: 'source',
        lines: ['@@ -1 +1 @@', '-x = 1', '+x = 2']
      }
    ]);
  });
});

describe('HistoryModel', () => {
  async function made() {
    const asked: unknown[][] = [];
    const note = (...what: unknown[]) => {
      asked.push(what);
      return Promise.resolve('');
    };
    const model = new HistoryModel('a.ipynb', {
      steps: () =>
        Promise.resolve([
          step(2, 'Ana', 0),
          step(7, 'Ben', 900),
          step(9, 'Ana', 9e4)
        ]),
      points: () => Promise.resolve([]),
      name: name => note('name', name),
      forget: number => note('forget', number),
      difference: (since, until) => note('difference', since, until),
      restore: number => note('restore', number)
    });
    await model.refresh();
    return { model, asked };
  }

  it('compares with what was before, with what is now, and the first with nothing', async () => {
    const { model, asked } = await made();

    await model.choose(7, 'before');
    await model.choose(7, 'now');
    await model.choose(2, 'before');

    expect(asked).toEqual([
      ['difference', 2, 7],
      ['difference', 7, 9]
    ]);
    expect(model.changes.value).toEqual([]);
  });

  it('goes back, and says when it was not allowed', async () => {
    const { model, asked } = await made();
    const refused = new HistoryModel('a.ipynb', {
      ...model['server'],
      restore: () => Promise.reject(new Error('no'))
    });

    expect(await model.restore(2)).toBe(true);
    expect(await refused.restore(2)).toBe(false);

    expect(asked).toEqual([['restore', 2]]);
    expect(refused.deed.store.state).toMatchObject({ is: 'refused' });
  });
});
