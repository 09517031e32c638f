import { act, render } from '@testing-library/react';
import { When } from './when';

describe('When', () => {
  afterEach(() => jest.useRealTimers());

  it('grows older while one looks at it', () => {
    jest.useFakeTimers({ now: Date.parse('2026-01-01T00:00:03Z') });
    const { container } = render(<When at="2026-01-01T00:00:00Z" />);
    const before = container.textContent;

    act(() => {
      jest.advanceTimersByTime(5 * 60_000);
    });

    expect(before).toBe('3 seconds ago');
    expect(container.textContent).toBe('5 minutes ago');
  });
});
