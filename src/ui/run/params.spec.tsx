import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, render, screen } from '@testing-library/react';
import { Params } from './params';

const trans = nullTranslator.load('');

function shown(count: number): string[] {
  const names = Array.from({ length: count }, (_, i) => [`layer_${i}`, `${i}`]);
  render(<Params params={Object.fromEntries(names)} trans={trans} />);
  return rows();
}

function rows(): string[] {
  return screen.getAllByRole('rowheader').map(({ textContent }) => textContent);
}

describe('Params', () => {
  it('stand in the order in which people count', () => {
    expect(shown(11).slice(-2)).toEqual(['layer_9', 'layer_10']);
  });

  it('are found among ten thousand, of which the first are drawn', () => {
    expect(shown(10_000)).toHaveLength(200);

    fireEvent.change(screen.getByRole('searchbox'), {
      target: { value: 'LAYER_9999' }
    });

    expect(rows()).toEqual(['layer_9999']);
  });
});
