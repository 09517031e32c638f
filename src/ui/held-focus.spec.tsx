import { act, fireEvent, render, screen } from '@testing-library/react';
import type { ReactElement } from 'react';
import { useRef, useState } from 'react';
import { useHeldFocus } from './held-focus';

function Place(): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  useHeldFocus(place);
  const [open, setOpen] = useState(false);
  const [there, setThere] = useState(true);
  return (
    <div ref={place} tabIndex={-1} aria-label="place">
      <button onClick={() => setOpen(true)}>New</button>
      {open && <input aria-label="field" autoFocus />}
      <button onClick={() => setOpen(false)}>Drop</button>
      <ul tabIndex={-1} aria-label="list">
        {there && (
          <li>
            <button onClick={() => setThere(false)}>Delete</button>
          </li>
        )}
      </ul>
    </div>
  );
}

const focused = () => {
  const { activeElement } = document;
  return (
    activeElement?.getAttribute('aria-label') ?? activeElement?.textContent
  );
};

async function press(name: string, hold = true): Promise<void> {
  const button = screen.getByRole('button', { name });
  await act(async () => {
    if (hold) {
      button.focus();
    }
    fireEvent.click(button);
  });
}

describe('the focus', () => {
  it('goes to the list from what was deleted', async () => {
    render(<Place />);

    await press('Delete');

    expect(focused()).toBe('list');
  });

  it('goes back to what opened a field that is gone', async () => {
    render(<Place />);

    await press('New');
    const inside = focused();
    await press('Drop', false);

    expect([inside, focused()]).toEqual(['field', 'New']);
  });

  it('is left alone where somebody let it go', async () => {
    jest.useFakeTimers();
    render(<Place />);
    const button = screen.getByRole('button', { name: 'Delete' });

    button.focus();
    button.blur();
    jest.runAllTimers();
    await press('Delete', false);

    expect(document.activeElement).toBe(document.body);
    jest.useRealTimers();
  });
});
