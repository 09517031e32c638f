import { fakeConnection, settled } from '../testing/fakes';
import { job } from '../testing/samples';
import { FollowedJob } from './followed-job';

function following(ask: () => Promise<ReturnType<typeof job>>) {
  const line = fakeConnection();
  const seen: string[] = [];
  const followed = new FollowedJob(
    {
      ask,
      ended: ({ state }) => seen.push(state),
      lost: () => seen.push('lost')
    },
    line.connection
  );
  return { followed, seen, ...line };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a job that ended before anybody listened is asked for', async () => {
  const { followed, seen } = following(async () => job({ state: 'done' }));

  followed.follow(job({ state: 'queued' }));
  jest.advanceTimersByTime(2000);
  await settled();

  expect(followed.store.state).toEqual({ is: 'idle' });
  expect(seen).toEqual(['done']);
});

test('an answer that comes after somebody looked away is not heard', async () => {
  const { followed, seen } = following(async () => job({ state: 'done' }));

  followed.follow(job({ state: 'running' }));
  jest.advanceTimersByTime(2000);
  followed.leave();
  await settled();

  expect(seen).toEqual([]);
});
