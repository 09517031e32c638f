import type { Searched } from '../api/search';
import type { SearchReply, UpstreamHits } from '../api/wire';
import { fakeConnection, settled } from '../testing/fakes';
import { hit, reply, summary } from '../testing/samples';
import { SearchModel } from './search';

interface Call extends Searched {
  signal: AbortSignal;
  answer: (reply: SearchReply) => void;
  refuse: (error: Error) => void;
}

function searching() {
  const calls: Call[] = [];
  const line = fakeConnection();
  const model = new SearchModel(
    (searched, signal) =>
      new Promise((answer, refuse) => {
        calls.push({ ...searched, signal, answer, refuse });
      }),
    line.connection
  );
  return { model, calls, ...line };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('SearchModel', () => {
  it('asks once for a sentence that is typed without a pause', () => {
    const { model, calls } = searching();

    for (const text of ['d', 'di', 'dig']) {
      model.type(text);
      jest.advanceTimersByTime(100);
    }
    jest.advanceTimersByTime(1000);

    expect(calls.map(({ q }) => q)).toEqual(['dig']);
  });

  it('shows the answer to the newest sentence, whichever comes last', async () => {
    const { model, calls } = searching();
    model.submit('first');
    model.submit('second');

    calls[1]!.answer(reply({ query: 'second' }));
    await settled();
    calls[0]!.answer(reply({ query: 'first' }));
    await settled();

    expect(model.store.state).toMatchObject({
      is: 'found',
      reply: { query: 'second' }
    });
    expect(calls[0]!.signal.aborted).toBe(true);
  });

  it('keeps the hits on the screen while it asks anew', async () => {
    const { model, calls } = searching();
    model.submit('digits');
    calls[0]!.answer(reply());
    await settled();

    model.submit('digits small');

    expect(model.store.state).toMatchObject({
      is: 'busy',
      before: { query: 'digits' }
    });
  });

  it('is idle again when the field is emptied', () => {
    const { model, calls } = searching();
    model.submit('digits');

    model.type('  ');

    expect(model.store.state).toEqual({ is: 'idle' });
    expect(calls[0]!.signal.aborted).toBe(true);
  });

  it('says why the hub refused', async () => {
    const { model, calls } = searching();
    model.submit('digits');

    calls[0]!.refuse(new Error('too long'));
    await settled();

    expect(model.store.state).toMatchObject({
      is: 'failed',
      why: { message: 'too long' }
    });
  });

  it('asks again when somebody publishes a model', () => {
    const { model, calls, happen } = searching();
    model.submit('digits');

    const by = { name: 'bob', displayName: 'Bob' };
    happen({ type: 'model', model: summary(), by, tag: 'v2' });
    jest.advanceTimersByTime(1000);

    expect(calls).toHaveLength(2);
  });

  it('asks again with a new limit', () => {
    const { model, calls } = searching();
    model.submit('digits');

    model.limit = 50;
    jest.advanceTimersByTime(1000);

    expect(calls.map(({ limit }) => limit)).toEqual([10, 50]);
  });

  it('leaves out a condition until it is put back', () => {
    const { model, calls } = searching();
    model.submit('digits under 1 MB');

    model.leaveOut('size<=1000000');
    model.putBack();

    expect(calls.map(({ without }) => without)).toEqual([
      [],
      ['size<=1000000'],
      []
    ]);
  });

  it('takes another meaning for a condition, and the first one again', () => {
    const { model, calls } = searching();
    model.submit('captions');
    const among = [
      { key: 'task:image-to-text', text: 'Image-to-Text' },
      { key: 'task:summarization', text: 'Summarization' }
    ];

    model.choose('task:image-to-text', 'task:summarization', among);
    model.choose('task:summarization', 'task:image-to-text', among);

    expect(calls.map(({ q, without }) => [q, without])).toEqual([
      ['captions', []],
      ['captions task:summarization', ['task:image-to-text']],
      ['captions', []]
    ]);
  });

  it('forgets changed conditions with the sentence that they were read from', () => {
    const { model, calls } = searching();
    model.submit('captions of photos');
    model.choose('task:image-to-text', 'task:summarization', []);
    model.leaveOut('size<=1000000');

    model.submit('short captions of photos');
    model.submit('speech in Dutch');

    expect(calls.slice(-2)).toMatchObject([
      {
        q: 'short captions of photos task:summarization',
        without: ['size<=1000000', 'task:image-to-text']
      },
      { q: 'speech in Dutch', without: [] }
    ]);
  });

  it('leaves out a condition whose meaning was changed', () => {
    const { model, calls } = searching();
    model.submit('captions');
    model.choose('task:image-to-text', 'task:translation', []);

    model.leaveOut('task:translation');

    expect(calls.at(-1)).toMatchObject({
      q: 'captions',
      without: ['task:image-to-text']
    });
  });

  it('shows what one hub has while another has not answered', async () => {
    const { connection } = fakeConnection();
    let tell: (found: UpstreamHits) => void = () => undefined;
    let end: () => void = () => undefined;
    const model = new SearchModel(
      async () => reply({}),
      connection,
      (_searched, _signal, told) => {
        tell = told;
        return new Promise(resolve => (end = resolve));
      }
    );
    model.submit('moods');
    jest.advanceTimersByTime(2000);
    const found = [hit({ source: 'quick' })];

    tell({ hits: [], silent: [], waiting: ['quick', 'slow'] });
    tell({ hits: found, silent: [], waiting: ['slow'] });
    const meanwhile = model.abroad.state;
    tell({ hits: [], silent: ['slow is away'], waiting: [] });
    end();
    await settled();

    expect(meanwhile).toEqual({
      is: 'found',
      hits: found,
      silent: [],
      waiting: ['slow']
    });
    expect(model.abroad.state).toEqual({
      is: 'found',
      hits: found,
      silent: ['slow is away'],
      waiting: []
    });
  });

  it('does nothing more once it is disposed', () => {
    const { model, calls, resume } = searching();
    model.type('digits');

    model.dispose();
    resume();
    jest.advanceTimersByTime(1000);

    expect(calls).toHaveLength(0);
  });
});
