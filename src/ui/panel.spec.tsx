import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { createRef } from 'react';
import type { RunList, SearchReply } from '../api/wire';
import { MeaningModel } from '../model/meaning';
import { ModelsModel } from '../model/models';
import { PanelModel } from '../model/panel';
import { ReadThrough } from '../model/read-through';
import { ReposModel } from '../model/repos';
import { RunsModel } from '../model/runs';
import { SavedModel } from '../model/saved';
import { SearchModel } from '../model/search';
import {
  fakeActions,
  fakeConnection,
  fakePins,
  fakeRuns,
  fakeSaved
} from '../testing/fakes';
import {
  constraint,
  hit,
  otherHubs,
  reply,
  run,
  runList,
  summary
} from '../testing/samples';
import { Panel } from './panel';

const trans = nullTranslator.load('');

interface Answers {
  found?: SearchReply | Error;
  runs?: RunList;
}

async function shown(answers: Answers = {}) {
  const { found = reply(), runs = runList([run()]) } = answers;
  const line = fakeConnection();
  const { connection } = line;
  const search = new SearchModel(async () => {
    if (found instanceof Error) {
      throw found;
    }
    return found;
  }, connection);
  const model = new PanelModel(
    connection,
    search,
    new ModelsModel(
      async () => ({ models: [summary()], total: 1 }),
      connection
    ),
    new RunsModel(fakeRuns(runs), connection, fakePins()),
    new ReposModel(async () => ({ repos: [], total: 0 }), connection),
    new SavedModel(fakeSaved().saved, connection),
    new ReadThrough(async () => otherHubs([])),
    new MeaningModel(search, async () => null)
  );
  const { actions, done } = fakeActions();
  const field = createRef<HTMLTextAreaElement>();
  render(<Panel model={model} field={field} actions={actions} trans={trans} />);
  await act(async () => model.start());
  return { model, done, ...line };
}

async function searchFor(text: string): Promise<void> {
  const field = screen.getByRole('textbox', { name: 'Search models' });
  fireEvent.change(field, { target: { value: text } });
  await act(async () => {
    fireEvent.submit(field);
  });
}

describe('the tabs', () => {
  it('are moved through with arrows, Home and End', async () => {
    await shown();

    fireEvent.keyDown(screen.getByRole('tab', { name: 'Search' }), {
      key: 'ArrowLeft'
    });

    const runs = screen.getByRole('tab', { name: 'Runs' });
    expect(runs.getAttribute('aria-selected')).toBe('true');
    expect(document.activeElement).toBe(runs);
    expect(runs.tabIndex).toBe(0);
  });
});

describe('the search', () => {
  it('shows why a model was found, its size, licence and metrics', async () => {
    await shown();

    await searchFor('digits');

    const list = screen.getByRole('list', { name: 'Found models' });
    for (const text of ['matches “digits”', '283 kB', 'mit', '0.97']) {
      expect(within(list).getByText(text)).toBeTruthy();
    }
    expect(screen.getByText('1 model')).toBeTruthy();
  });

  it('shows what was understood, and what nothing meets', async () => {
    const constraints = [
      constraint({ key: 'a', text: 'under 1 MB', met: true }),
      constraint({ key: 'b', text: 'permissive', met: false })
    ];
    await shown({ found: reply({ constraints }) });

    await searchFor('digits under 1 MB, permissive');

    const chips = screen.getByRole('list', { name: 'Understood as' });
    expect(within(chips).getByText('under 1 MB')).toBeTruthy();
    expect(within(chips).getByText(/permissive.*none fits/)).toBeTruthy();
  });

  it('opens the page of a hit and loads it', async () => {
    const { done } = await shown();
    await searchFor('digits');

    fireEvent.click(screen.getByRole('button', { name: 'team/digits' }));
    fireEvent.click(screen.getByRole('button', { name: 'Load team/digits' }));

    expect(done[0]).toEqual(['openModel', 'team/digits']);
    expect(done[1]?.[0]).toBe('loadModel');
  });

  it('leads to the public page of a model that is elsewhere', async () => {
    const url = 'https://example.org/x/y';
    const model = summary({ id: 'x/y' });
    await shown({
      found: reply({ hits: [hit({ model, source: 'catalogue', url })] })
    });

    await searchFor('digits');

    const link = screen.getByRole('link', { name: 'x/y' });
    expect(link.getAttribute('href')).toBe(url);
    expect(screen.queryByRole('button', { name: 'Load x/y' })).toBeNull();
  });

  it('says what to do when nothing is found', async () => {
    await shown({ found: reply({ hits: [], total: 0 }) });

    await searchFor('nothing');

    expect(screen.getByText('No model fits.')).toBeTruthy();
  });

  it('says what went wrong and offers a second try', async () => {
    await shown({ found: new Error('the index is broken') });

    await searchFor('digits');

    const alert = screen.getByRole('alert');
    expect(alert.textContent).toContain('the index is broken');
    expect(
      within(alert).getByRole('button', { name: 'Try again' })
    ).toBeTruthy();
  });
});

describe('the runs', () => {
  it('that somebody stopped did not fail, and chosen columns that no run has can be taken away', async () => {
    const runs = runList([run({ status: 'failed', stoppedBy: 'ben' })]);
    const { model } = await shown({ runs });
    await act(async () => model.runs.choose(['metrics.former']));

    await act(async () => model.tab.set('runs'));

    expect(screen.getByText('stopped')).toBeTruthy();
    fireEvent.click(screen.getByLabelText('metrics.former'));
    expect(model.runs.columns.state).toEqual([]);
  });

  async function open(answers: Answers = {}) {
    const all = await shown(answers);
    await act(async () => all.model.tab.set('runs'));
    return all;
  }

  it('offer to publish a finished run that has a model', async () => {
    const { done } = await open();

    fireEvent.click(
      screen.getByRole('button', { name: 'Publish eager-fox-1…' })
    );

    expect(done[0]?.[0]).toBe('publish');
  });

  it('show a run that begins elsewhere without reload', async () => {
    const { happen } = await open();

    const other = run({ id: 'r2', name: 'bold-owl', status: 'running' });
    act(() => happen({ type: 'run', run: other }));

    expect(screen.getByRole('button', { name: 'bold-owl' })).toBeTruthy();
    expect(screen.getByText('running')).toBeTruthy();
    expect(
      screen.queryByRole('button', { name: 'Publish bold-owl…' })
    ).toBeNull();
  });

  it('say why the tracking server did not start', async () => {
    const state = { state: 'failed', detail: 'no free port' } as const;
    await open({ runs: { ...runList([]), state } });

    expect(screen.getByRole('alert').textContent).toContain('no free port');
  });
});

describe('the live line', () => {
  it('says that it is down and tries again', async () => {
    const { lose, resume } = await shown();

    act(() => lose());
    expect(screen.getByText('Offline, retrying…')).toBeTruthy();

    act(() => resume());
    expect(screen.queryByText('Offline, retrying…')).toBeNull();
  });
});
