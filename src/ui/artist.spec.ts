import { settled } from '../testing/fakes';
import { Artist } from './artist';

/** An artist whose charts take so long, and what it drew. */
function studio(takesMs: number) {
  const drawn: unknown[] = [];
  let now = 0;
  const artist = new Artist(
    async ({ n }) => {
      now += takesMs;
      drawn.push(n);
    },
    () => now
  );
  const pass = async (ms: number) => {
    now += ms;
    jest.advanceTimersByTime(ms);
    await settled();
  };
  return { artist, drawn, pass };
}

describe('Artist', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('draws the first at once and the newest a moment later', async () => {
    const { artist, drawn, pass } = studio(10);

    artist.want({ n: 1 });
    await pass(0);
    for (const n of [2, 3, 4]) {
      artist.want({ n });
      await pass(50);
    }
    await pass(250);

    expect(drawn).toEqual([1, 4]);
  });

  it('leaves the browser most of its time', async () => {
    const { artist, drawn, pass } = studio(200);

    artist.want({ n: 1 });
    await pass(0);
    artist.want({ n: 2 });
    await pass(700);
    expect(drawn).toEqual([1]);
    await pass(200);

    expect(drawn).toEqual([1, 2]);
  });

  it('draws nothing that nobody sees, and the newest when somebody does', async () => {
    const { artist, drawn, pass } = studio(10);

    artist.see(false);
    artist.want({ n: 1 });
    await pass(500);
    artist.want({ n: 2 });
    await pass(500);
    expect(drawn).toEqual([]);
    artist.see(true);
    await pass(0);

    expect(drawn).toEqual([2]);
  });
});
