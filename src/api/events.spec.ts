import { ServerConnection } from '@jupyterlab/services';
import { EventStream } from './events';

class FakeSocket {
  static all: FakeSocket[] = [];
  onopen: () => void = () => undefined;
  onclose: () => void = () => undefined;
  onmessage: (message: { data: string }) => void = () => undefined;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  close(): void {
    this.onclose();
  }
}

function stream(token = '') {
  const said: unknown[] = [];
  const server = ServerConnection.makeSettings({
    wsUrl: 'ws://lab/',
    token,
    appendToken: true,
    WebSocket: FakeSocket as unknown as typeof WebSocket
  });
  const made = new EventStream(server, {
    opened: again => said.push(['opened', again]),
    lost: () => said.push('lost'),
    event: event => said.push(event)
  });
  return { made, said };
}

function socket(index: number): FakeSocket {
  return FakeSocket.all[index]!;
}

beforeEach(() => {
  jest.useFakeTimers();
  FakeSocket.all = [];
});
afterEach(() => jest.useRealTimers());

describe('EventStream', () => {
  it('passes on what the hub says', () => {
    const { said } = stream();

    socket(0).onopen();
    socket(0).onmessage({ data: '{"type":"modelDeleted","id":"a/b"}' });

    expect(said).toEqual([
      ['opened', false],
      { type: 'modelDeleted', id: 'a/b' }
    ]);
  });

  it('connects again by itself and says that something may have been missed', () => {
    const { said } = stream();
    socket(0).onopen();

    socket(0).onclose();
    jest.advanceTimersByTime(1000);
    socket(1).onopen();

    expect(said).toEqual([['opened', false], 'lost', ['opened', true]]);
  });

  it('waits longer after each failure, but never longer than some seconds', () => {
    stream();
    for (let i = 0; i < 12; i += 1) {
      socket(i).onclose();
      jest.advanceTimersByTime(20_000);
    }

    const { length } = FakeSocket.all;
    socket(length - 1).onclose();
    jest.advanceTimersByTime(5_000);
    expect(FakeSocket.all).toHaveLength(length);
    jest.advanceTimersByTime(15_000);
    expect(FakeSocket.all).toHaveLength(length + 1);
  });

  it('tries at once when told that the network is back', () => {
    const { made } = stream();
    socket(0).onclose();

    made.retry();

    expect(FakeSocket.all).toHaveLength(2);
  });

  it('stays closed once it is closed', () => {
    const { made, said } = stream();

    made.close();
    jest.advanceTimersByTime(60_000);

    expect(FakeSocket.all).toHaveLength(1);
    expect(said).toEqual([]);
  });

  it('sends the token where there is one', () => {
    stream('s&cret');

    expect(socket(0).url).toBe('ws://lab/hubcollab/api/events?token=s%26cret');
  });
});
