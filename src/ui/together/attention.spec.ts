import { Attention } from './attention';

/** The tab comes to the front, or goes behind another. */
function turn(state: DocumentVisibilityState): void {
  jest.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('who is at a tab', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is idle after a minute without a sign, and back with the first', () => {
    const told: boolean[] = [];
    new Attention(idle => told.push(idle));

    jest.advanceTimersByTime(59_000);
    document.dispatchEvent(new Event('keydown'));
    jest.advanceTimersByTime(59_000);
    const before = [...told];
    jest.advanceTimersByTime(1_000);
    document.dispatchEvent(new Event('pointermove'));

    expect(before).toEqual([]);
    expect(told).toEqual([true, false]);
  });

  it('is idle at once when another tab is in front', () => {
    const told: boolean[] = [];
    new Attention(idle => told.push(idle));

    turn('hidden');
    turn('visible');

    expect(told).toEqual([true, false]);
  });
});
