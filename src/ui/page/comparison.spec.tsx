import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, render, screen, within } from '@testing-library/react';
import { comparison, fileDiff } from '../../testing/repos';
import { ComparisonView } from './comparison';

const trans = nullTranslator.load('');

describe('a comparison', () => {
  it('leads from change to change by keys, and reads signs as words', () => {
    const shown = comparison();
    render(
      <ComparisonView
        comparison={shown}
        whole={() => undefined}
        trans={trans}
      />
    );
    const first = screen.getByRole('group', { name: 'Change 1 of 2' });
    first.focus();

    fireEvent.keyDown(first, { key: 'n' });

    const second = screen.getByRole('group', { name: 'Change 2 of 2' });
    expect(document.activeElement).toBe(second);
    expect(within(first).getByText('deleted:')).toBeTruthy();
    expect(within(first).getByText('added:')).toBeTruthy();
  });

  it('tells of large files how their size changed, and of moved ones their old name', () => {
    const blob = fileDiff({
      path: 'new.bin',
      oldPath: 'old.bin',
      kind: 'renamed',
      content: 'blob',
      oldSize: 1000,
      newSize: 3000,
      hunks: []
    });
    render(
      <ComparisonView
        comparison={comparison([blob])}
        whole={() => undefined}
        trans={trans}
      />
    );

    const file = screen.getByRole('region', { name: 'new.bin' });
    expect(file.textContent).toContain('old.bin → new.bin');
    expect(file.textContent).toContain('1.0 kB → 3.0 kB (+2.0 kB)');
  });
});
