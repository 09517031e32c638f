import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import type { Pin } from '../../api/wire';
import { RunsModel } from '../../model/runs';
import { Store } from '../../model/store';
import type { WorkspaceState } from '../../model/workspace';
import { fakeActions, fakeConnection, fakeRuns } from '../../testing/fakes';
import { runList, sharedOf } from '../../testing/samples';
import { Pinned } from './pinned';

const trans = nullTranslator.load('');
const PIN: Pin = {
  run: 'r1',
  name: 'wide trees',
  note: '',
  by: { name: 'ada', displayName: 'Ada' },
  at: '2026-01-02T03:04:05Z'
};

function shown(pin: Pin, answer: () => Promise<unknown>) {
  const written: unknown[] = [];
  const model = new RunsModel(
    fakeRuns(runList([])),
    fakeConnection().connection,
    {
      store: new Store<WorkspaceState>({
        is: 'shown',
        workspace: sharedOf({ pins: [pin] }),
        online: true
      }),
      pin: (...given) => {
        written.push(given);
        return answer();
      },
      unpin: async () => undefined
    }
  );
  render(
    <Pinned model={model} actions={fakeActions().actions} trans={trans} />
  );
  return written;
}

async function write(button: string, text: string): Promise<void> {
  fireEvent.click(screen.getByRole('button', { name: button }));
  const field = screen.getByLabelText('Note at wide trees, for everyone');
  fireEvent.change(field, { target: { value: text } });
  await act(async () => {
    fireEvent.click(screen.getByRole('button', { name: 'Save note' }));
  });
}

describe('a pinned run', () => {
  it('gets a note for everyone', async () => {
    const written = shown(PIN, async () => undefined);

    await write('Add a note to wide trees', ' best so far ');

    expect(written).toEqual([['r1', 'wide trees', 'best so far']]);
    expect(screen.queryByRole('button', { name: 'Save note' })).toBeNull();
  });

  it('says whose note it is, and keeps the words that were not taken', async () => {
    shown({ ...PIN, note: 'try again' }, () =>
      Promise.reject(new Error('the hub is away'))
    );

    expect(screen.getByText('Ada: try again')).toBeTruthy();
    await write('Edit the note at wide trees', 'never mind');

    expect(screen.getByText(/the hub is away/)).toBeTruthy();
    expect(screen.getByDisplayValue('never mind')).toBeTruthy();
  });
});
