import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { createRef } from 'react';
import type { Searched } from '../../api/search';
import type {
  Hit,
  MeaningUnread,
  SavedSearch,
  UpstreamHits
} from '../../api/wire';
import { MeaningModel } from '../../model/meaning';
import { ReadThrough } from '../../model/read-through';
import { SavedModel } from '../../model/saved';
import { SearchModel } from '../../model/search';
import {
  fakeActions,
  fakeConnection,
  fakeSaved,
  settled
} from '../../testing/fakes';
import { hit, otherHubs, reply, summary } from '../../testing/samples';
import { Search } from './search';

const trans = nullTranslator.load('');

async function shown(
  given: {
    /** What other hubs say, one after the other. */
    abroad?: UpstreamHits[];
    kept?: SavedSearch[];
    found?: Hit[];
    /** Which are read through. */
    hubs?: string[];
    meaning?: MeaningUnread;
  } = {}
) {
  const asked: Searched[] = [];
  const { connection } = fakeConnection();
  const hits =
    given.found ??
    ['team/a', 'team/b'].map(id => hit({ model: summary({ id }) }));
  const model = new SearchModel(
    async searched => {
      asked.push(searched);
      return reply({ hits, total: 2, meaning: given.meaning ?? null });
    },
    connection,
    async (_searched, _signal, tell) => given.abroad?.forEach(tell)
  );
  const { saved: api, searches } = fakeSaved(given.kept);
  const saved = new SavedModel(api, connection);
  saved.refresh();
  const { actions, done } = fakeActions();
  render(
    <Search
      model={model}
      saved={saved}
      meaning={new MeaningModel(model, async () => null)}
      through={new ReadThrough(async () => otherHubs(given.hubs ?? []))}
      field={createRef()}
      actions={actions}
      trans={trans}
    />
  );
  await act(settled);
  const type = async (text: string) => {
    const field = screen.getByRole('textbox');
    fireEvent.change(field, { target: { value: text } });
    await act(async () => {
      model.submit();
      await settled();
    });
  };
  return { model, saved, searches, asked, done, type };
}

function kept(change: Partial<SavedSearch> = {}): SavedSearch {
  return {
    id: 's9',
    name: 'moods',
    query: 'German moods',
    kind: 'dataset',
    source: null,
    without: ['language:de'],
    createdAt: '2026-01-02T03:04:05Z',
    fresh: [hit({ model: summary({ id: 'team/new' }) })],
    ...change
  };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('Search', () => {
  it('looks for datasets when those are wanted', async () => {
    const { asked, type } = await shown();
    await type('German reviews');

    await act(async () => {
      fireEvent.change(screen.getByLabelText('What to find'), {
        target: { value: 'dataset' }
      });
      await settled();
    });

    expect(asked.map(({ kind }) => kind)).toEqual(['model', 'dataset']);
    expect(
      screen.getByRole('textbox', { name: 'Search datasets' })
    ).toBeTruthy();
  });

  it('shows what other hubs have when they have answered, without what is here', async () => {
    const far = (id: string) => hit({ source: 'far', model: summary({ id }) });
    const { type } = await shown({
      abroad: [
        { hits: [], silent: [], waiting: ['far', 'x', 'slow'] },
        { hits: [far('team/a'), far('far/c')], silent: [], waiting: ['x'] },
        { hits: [], silent: ['x is away'], waiting: [] }
      ]
    });
    await type('moods');
    expect(screen.queryByRole('region', { name: 'On other hubs' })).toBeNull();

    await act(async () => {
      jest.advanceTimersByTime(2000);
      await settled();
    });

    const place = screen.getByRole('region', { name: 'On other hubs' });
    expect(
      within(place)
        .getAllByRole('button')
        .map(({ textContent }) => textContent)
    ).toEqual(['far/c']);
    expect(place.textContent).toContain('x is away');
  });

  it('opens what a hub has that is read through here, and leaves the rest to its makers', async () => {
    const far = (id: string, source: string, url: string) =>
      hit({ source, url, model: summary({ id }) });
    const { type, done } = await shown({
      hubs: ['https://models.example'],
      found: [
        far('far/a', 'models', 'https://models.example/far/a'),
        far('far/c', 'near', 'https://models.example.org/far/c'),
        far('zoo:b', 'zoo', 'https://zoo.example/b')
      ]
    });
    await type('moods');

    fireEvent.click(screen.getByRole('button', { name: 'far/a' }));

    expect(done).toContainEqual(['openOther', { kind: 'model', id: 'far/a' }]);
    expect(
      screen
        .getAllByRole('link')
        .map(link => [link.textContent, link.getAttribute('href')])
    ).toEqual([
      ['models ↗', 'https://models.example/far/a'],
      ['far/c', 'https://models.example.org/far/c'],
      ['near ↗', 'https://models.example.org/far/c'],
      ['zoo:b', 'https://zoo.example/b'],
      ['zoo ↗', 'https://zoo.example/b']
    ]);
  });

  it('says that the embedding model cannot be used', async () => {
    const { type } = await shown({
      meaning: { unread: 9, total: 9, stopped: true }
    });
    await type('moods');

    expect(screen.getByText(/^Words alone answer/)).toBeTruthy();
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  it('says what is found by words alone as yet, and when that is over', async () => {
    const { type, asked } = await shown({
      meaning: { unread: 12_000, total: 44_000, stopped: false }
    });
    await type('moods');

    const bar = screen.getByRole<HTMLProgressElement>('progressbar');
    expect(bar.value).toBe(32_000);
    expect(
      screen.getByText(/of 12,000 of 44,000 models is still being read/)
    ).toBeTruthy();
    await act(async () => {
      jest.advanceTimersByTime(3000);
      await settled();
    });
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Search again' }));
      await settled();
    });

    expect(asked).toHaveLength(2);
  });

  it('asks at Enter and clears at Escape', async () => {
    const { asked, type } = await shown();
    await type('moods');
    const field = screen.getByRole('textbox', { name: 'Search models' });

    fireEvent.keyDown(field, { key: 'Escape' });

    expect(field).toHaveProperty('value', '');
    expect(asked.length).toBe(1);
    expect(
      screen.queryByRole('button', { name: 'Clear the search' })
    ).toBeNull();
  });

  it('compares two hits that were chosen', async () => {
    const { type, done } = await shown();
    await type('moods');

    fireEvent.click(screen.getByRole('checkbox', { name: 'Compare team/a' }));
    expect(
      screen.getByRole<HTMLButtonElement>('button', { name: 'Compare 1' })
        .disabled
    ).toBe(true);
    fireEvent.click(screen.getByRole('checkbox', { name: 'Compare team/b' }));
    fireEvent.click(screen.getByRole('button', { name: 'Compare 2' }));

    expect(done).toEqual([['compareModels', 'model', ['team/a', 'team/b']]]);
  });

  it('finds more like a hit, and goes back to the sentence', async () => {
    const { type, asked } = await shown();
    await type('moods');

    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'More like team/a' }));
      await settled();
    });
    await act(async () => {
      fireEvent.click(
        screen.getByRole('button', { name: 'Leave out “Like team/a”' })
      );
      await settled();
    });

    expect(asked[1]?.like).toEqual({ is: 'repo', id: 'team/a' });
    expect(screen.getByText('Say what the model should do.')).toBeTruthy();
  });

  it('keeps a search and says so', async () => {
    const { type, searches } = await shown();
    await type('moods');

    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Save this search' }));
      await settled();
    });

    expect(searches.map(({ query }) => query)).toEqual(['moods']);
    expect(screen.getByText(/^Saved/)).toBeTruthy();
  });

  it('says what is new in a saved search, until it is opened', async () => {
    const { asked, saved } = await shown({ kept: [kept()] });
    expect(saved.fresh.state).toBe(1);
    expect(screen.getByText('1 new')).toBeTruthy();

    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'moods' }));
      await settled();
    });

    expect(asked[0]).toMatchObject({
      q: 'German moods',
      kind: 'dataset',
      without: ['language:de']
    });
    expect(saved.fresh.state).toBe(0);
  });
});
