import type { ConflictFile } from '../../api/wire';
import { Connection } from '../connection';
import { ConflictsModel, solutionOf, textOf } from './conflicts';

const CARD: ConflictFile = {
  path: 'README.md',
  isText: true,
  inTarget: true,
  inPull: true,
  mayMix: false,
  parts: [
    { merged: '# Digits\n', base: '', target: '', pull: '' },
    { merged: null, base: 'is\n', target: 'will be\n', pull: 'was\n' }
  ]
};

const WEIGHTS: ConflictFile = {
  path: 'model.safetensors',
  isText: false,
  inTarget: true,
  inPull: true,
  mayMix: true,
  parts: []
};

function opened() {
  const sent: unknown[] = [];
  const done: string[] = [];
  const connection = new Connection(() => ({
    retry: () => undefined,
    close: () => undefined
  }));
  const found = {
    head: 'h',
    target: 'main',
    targetHead: 't',
    files: [CARD, WEIGHTS]
  };
  const model = new ConflictsModel(
    {
      conflicts: async () => found,
      solve: async (number, solution) => {
        sent.push([number, solution.files.map(({ take }) => take)]);
        return { job: null, page: null };
      },
      job: async id => Promise.reject(new Error(id))
    },
    connection,
    () => done.push('solved')
  );
  return { model, sent, done };
}

describe('ConflictsModel', () => {
  it('sends what was decided, when nothing is open', async () => {
    const { model, sent, done } = opened();
    model.show(3);
    await new Promise(resolve => setTimeout(resolve));

    model.choosePart(CARD, 1, { is: 'both' });
    const early = model.files();
    model.choose('model.safetensors', { is: 'pull' });
    await model.solve(3);

    expect(early).toBeNull();
    expect(sent).toEqual([[3, ['text', 'pull']]]);
    expect(done).toEqual(['solved']);
  });
});

test.each([
  [{ is: 'target' } as const, '# Digits\nwill be\n'],
  [{ is: 'pull' } as const, '# Digits\nwas\n'],
  [{ is: 'both' } as const, '# Digits\nwill be\nwas\n'],
  [{ is: 'own', text: 'is\n' } as const, '# Digits\nis\n']
])('a part becomes what %j says', (choice, text) => {
  const parts = [{ is: 'open' } as const, choice];

  expect(solutionOf(CARD, { is: 'parts', parts })?.text).toBe(text);
});

test('an open part has no text yet', () => {
  expect(CARD.parts.map(part => textOf(part, { is: 'open' }))).toEqual([
    '# Digits\n',
    null
  ]);
});
