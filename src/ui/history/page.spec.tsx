import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { HistoryModel } from '../../model/history';
import { HistoryPage } from './page';

const trans = nullTranslator.load('');
const TEXT = '## modified /cells/0/source:\n-x = 1\n+x = 2\n';

describe('HistoryPage', () => {
  it('says who edited and what, and goes back', async () => {
    const done: number[] = [];
    const step = (number: number, displayName: string) => ({
      authors: [{ name: displayName, displayName }],
      beganAt: number * 1000,
      endedAt: number * 1000,
      edits: 1,
      number
    });
    const model = new HistoryModel('a/b.ipynb', {
      steps: () =>
        Promise.resolve([step(1, 'Ana'), step(2, ''), step(3, 'Ben')]),
      points: () =>
        Promise.resolve([
          { number: 1, name: 'first', displayName: 'Ana', at: 0 }
        ]),
      name: () => Promise.resolve(),
      forget: () => Promise.resolve(),
      difference: () => Promise.resolve(TEXT),
      restore: async number => {
        done.push(number);
      }
    });
    const page = (
      <HistoryPage model={model} openNow={jest.fn()} trans={trans} />
    );
    await act(async () => {
      render(page);
      await model.refresh();
    });

    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'The server' }));
    });
    const shown = screen.getByRole('region', { name: 'What changed' });
    const said = shown.textContent;
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Go back to this' }));
    });

    expect(said).toContain('Cell 1');
    expect(said).toContain('+x = 2');
    expect(screen.getByText('first')).toBeTruthy();
    expect(done).toEqual([2]);
  });
});
