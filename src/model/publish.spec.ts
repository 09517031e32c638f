import type { Job } from '../api/wire';
import { fakeConnection, settled } from '../testing/fakes';
import { job, publication, run } from '../testing/samples';
import { draftFor, PublishModel } from './publish';

function publishing(answers: Job[] = [job()]) {
  const line = fakeConnection();
  const done: unknown[] = [];
  const next = async () => answers.shift() ?? job();
  const model = new PublishModel(
    run(),
    draftFor(run(), 'ada'),
    {
      publish: (id, request) => {
        done.push(['publish', id, request]);
        return next();
      },
      job: next,
      cancel: async id => done.push(['cancel', id])
    },
    line.connection
  );
  return { model, done, ...line };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('draftFor', () => {
  it('names the model after the user and the notebook', () => {
    expect(draftFor(run(), 'Ada').repoId).toBe('ada/digits-2');
  });

  it('prefers the name of the experiment', () => {
    const named = run({ experiment: 'Wine quality' });

    expect(draftFor(named, 'ada').repoId).toBe('ada/wine-quality');
  });

  it('takes the team for a user who has no name of their own', () => {
    const nobody = '6497565eea004bf185b5b6561e424555';

    expect(draftFor(run(), nobody).repoId).toBe('team/digits-2');
  });
});

describe('PublishModel', () => {
  it('sends nothing while the name is wrong', async () => {
    const { model, done } = publishing();
    model.edit({ repoId: '../x' });

    await model.start();

    expect(done).toEqual([]);
    expect(model.problems.repoId).toBe('letters');
  });

  it('leaves the tag to the hub when none is given', async () => {
    const { model, done } = publishing();
    model.edit({ message: ' better ', tag: ' ' });

    await model.start();

    expect(done).toEqual([
      [
        'publish',
        'r1',
        {
          repoId: 'ada/digits-2',
          message: 'better',
          tag: null,
          visibility: 'public'
        }
      ]
    ]);
  });

  it('follows the events of its own job and of no other', async () => {
    const { model, happen } = publishing();
    await model.start();

    happen({ type: 'job', job: job({ id: 'j2', progress: 0.9 }) });
    happen({ type: 'job', job: job({ progress: 0.7 }) });

    expect(model.store.state).toMatchObject({ job: { progress: 0.7 } });
  });

  it('ends with what was published', async () => {
    const { model, happen } = publishing();
    await model.start();

    const result = publication();
    happen({ type: 'job', job: job({ state: 'done', result }) });

    expect(model.store.state).toEqual({ is: 'done', publication: result });
  });

  it('asks for the job when no event comes', async () => {
    const result = publication();
    const { model } = publishing([job(), job({ state: 'done', result })]);
    await model.start();

    jest.advanceTimersByTime(2000);
    await settled();

    expect(model.store.state.is).toBe('done');
  });

  it('gives the draft back with the reason when the job fails', async () => {
    const { model, happen } = publishing();
    await model.start();

    happen({ type: 'job', job: job({ state: 'failed', detail: 'disk full' }) });

    expect(model.store.state).toMatchObject({
      is: 'drafted',
      refused: { message: 'disk full' }
    });
  });

  it('gives the draft back when it is cancelled', async () => {
    const { model, done, happen } = publishing();
    await model.start();

    await model.cancel();
    happen({ type: 'job', job: job({ state: 'cancelled' }) });

    expect(done).toContainEqual(['cancel', 'j1']);
    expect(model.store.state).toEqual({ is: 'drafted', refused: null });
  });

  it('waits for the line to come back instead of giving up', async () => {
    const { model, lose } = publishing();
    await model.start();
    lose();

    jest.advanceTimersByTime(20_000);
    await settled();

    expect(model.store.state.is).toBe('working');
  });
});
