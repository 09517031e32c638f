import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import type { GatesApi } from '../../api/gates';
import { PageModel } from '../../model/page';
import { fakeConnection, settled } from '../../testing/fakes';
import { fakeGates, gateRun } from '../../testing/gates';
import { fakeApis, repoPage } from '../../testing/repos';
import { Gates } from './gates';

async function shown(given: Partial<GatesApi>): Promise<void> {
  const { connection } = fakeConnection();
  const apis = { ...fakeApis(), gates: fakeGates(given) };
  const model = new PageModel(
    { kind: 'model', id: 'team/digits' },
    apis,
    connection
  );
  render(
    <Gates model={model} page={repoPage()} trans={nullTranslator.load('')} />
  );
  await act(async () => {
    model.gates.refresh();
    await settled();
  });
}

const GATES = {
  hasRules: true,
  mistakes: [],
  protected: ['champion'],
  mayRun: true,
  mayOverride: true,
  runs: [
    gateRun({
      state: 'failed',
      checks: [
        {
          name: 'holdout: accuracy',
          kind: 'metric',
          state: 'failed',
          value: '0.8',
          threshold: '≥ 0.9',
          why: 'it misses the bound'
        }
      ]
    })
  ]
};

describe('the gates tab', () => {
  it('shows each check with value, threshold and why', async () => {
    await shown({ gates: async () => GATES });

    const row = screen.getByRole('row', { name: /holdout: accuracy/ });
    expect(
      within(row)
        .getAllByRole('cell')
        .map(one => one.textContent)
    ).toEqual(['✗ failed', '0.8', '≥ 0.9', 'it misses the bound']);
  });

  it('names the lines of rules that cannot be read', async () => {
    const mistakes = [{ line: 3, key: 'metrics.f1', why: 'no number' }];
    await shown({ gates: async () => ({ ...GATES, mistakes }) });

    expect(screen.getByRole('alert').textContent).toContain('line 3');
  });

  it('asks an admin for a reason when a protected alias moves', async () => {
    const asked: unknown[] = [];
    await shown({
      gates: async () => GATES,
      aliases: async () => ({
        aliases: {},
        protected: ['champion'],
        moves: []
      }),
      setAlias: async (alias, body) => {
        asked.push([alias, body]);
        return { aliases: { champion: 'v1' }, protected: [], moves: [] };
      }
    });

    fireEvent.change(screen.getByLabelText(/Reason/), {
      target: { value: 'on fire' }
    });
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Promote' }));
      await settled();
    });

    expect(asked).toEqual([['champion', { tag: 'v1', reason: 'on fire' }]]);
  });

  it('adds an example whose input is JSON', async () => {
    const asked: unknown[] = [];
    await shown({
      expect: async example => {
        asked.push(example);
        return { ...example, by: 'ada' };
      }
    });

    const type = (label: string, value: string) =>
      fireEvent.change(screen.getByLabelText(label), { target: { value } });
    type('Name', 'zero');
    type('Input, as JSON or text', '[0, 1]');
    type('Expected, as JSON or text', 'cat');
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Add' }));
      await settled();
    });

    expect(asked).toEqual([
      { name: 'zero', input: [0, 1], expect: { equals: 'cat' } }
    ]);
  });
});
