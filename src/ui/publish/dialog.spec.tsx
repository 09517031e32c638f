import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import type { Job } from '../../api/wire';
import { PublishModel, draftFor } from '../../model/publish';
import { fakeConnection } from '../../testing/fakes';
import { job, metric, publication, run, version } from '../../testing/samples';
import { PublishForm } from './dialog';

const trans = nullTranslator.load('');

function shown() {
  const line = fakeConnection();
  const opened: string[] = [];
  let closed = 0;
  const model = new PublishModel(
    run(),
    draftFor(run(), 'ada'),
    {
      publish: async () => job({ progress: 0 }),
      job: async () => job(),
      cancel: async () => undefined
    },
    line.connection
  );
  render(
    <PublishForm
      model={model}
      close={() => (closed += 1)}
      openModel={id => opened.push(id)}
      trans={trans}
    />
  );
  const tell = (change: Partial<Job>) =>
    act(() => line.happen({ type: 'job', job: job(change) }));
  const start = () =>
    act(async () => {
      fireEvent.submit(screen.getByLabelText('Message'));
    });
  return { model, opened, tell, start, closed: () => closed };
}

describe('the publish dialog', () => {
  it('says what is wrong with a name while it is typed', () => {
    shown();
    const field = screen.getByLabelText('Model name');

    fireEvent.change(field, { target: { value: 'digits' } });

    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(
      screen.getByText('Write it as namespace/name, as in team/digits.')
    ).toBeTruthy();
  });

  it('moves its bar as the job goes on', async () => {
    const { tell, start } = shown();
    await start();

    tell({ progress: 0.42, detail: 'copying files' });

    const bar = screen.getByRole('progressbar', { name: 'Publishing' });
    expect(bar.getAttribute('value')).toBe('42');
    expect(screen.getByRole('status').textContent).toContain('copying files');
  });

  it('keeps what was written when the hub refuses', async () => {
    const { tell, start, model } = shown();
    act(() => model.edit({ message: 'better' }));
    await start();

    tell({ state: 'failed', detail: 'v1 exists already' });

    expect(screen.getByRole('alert').textContent).toContain(
      'v1 exists already'
    );
    expect(screen.getByDisplayValue('better')).toBeTruthy();
  });

  it('ends with the metrics against the version before and the way to the page', async () => {
    const { tell, start, opened, closed } = shown();
    await start();
    const metrics = [metric({ change: 0.03 })];

    tell({
      state: 'done',
      result: publication({ tag: 'v2', version: version({ metrics }) })
    });
    fireEvent.click(screen.getByRole('button', { name: 'Open model page' }));

    expect(screen.getByText(/\+0\.03/)).toBeTruthy();
    expect(opened).toEqual(['ada/digits-2']);
    expect(closed()).toBe(1);
  });
});
