import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { CollectingModel } from '../../model/repo/collecting';
import {
  collection,
  collectionItem,
  fakeCollections
} from '../../testing/around';
import { settled } from '../../testing/fakes';
import { CollectingChoice } from './collecting';

const trans = nullTranslator.load('');
const held = collectionItem('team/digits');

async function opened() {
  const asked: unknown[] = [];
  const list = [
    collection({ slug: 'ada/with-1', title: 'With', items: [held] }),
    collection({ slug: 'ada/without-2', title: 'Without', items: [] })
  ];
  const api = fakeCollections(list, {
    add: async (slug, item) => {
      asked.push(['add', slug, item.name]);
      return collection({ slug, title: 'Has it', items: [held] });
    },
    removeItem: async (slug, item) => {
      asked.push(['remove', slug, item]);
      return collection({ slug, title: 'With', items: [] });
    },
    create: async ({ title }) => {
      asked.push(['create', title]);
      return collection({ slug: 'ada/new-3', title, items: [] });
    }
  });
  const repo = { kind: 'model', id: 'team/digits' } as const;
  const model = new CollectingModel(api, repo);
  render(<CollectingChoice model={model} trans={trans} />);
  await act(settled);
  return asked;
}

const box = (name: RegExp) =>
  screen.getByRole<HTMLInputElement>('checkbox', { name });

async function click(node: HTMLElement) {
  await act(async () => {
    fireEvent.click(node);
    await settled();
  });
}

describe('CollectingChoice', () => {
  it('puts a repo into a collection, and takes it out of another', async () => {
    const asked = await opened();
    expect([box(/^With /).checked, box(/^Without /).checked]).toEqual([
      true,
      false
    ]);

    await click(box(/^Without /));
    await click(box(/^With /));

    expect(asked).toEqual([
      ['add', 'ada/without-2', 'team/digits'],
      ['remove', 'ada/with-1', 'team/digits']
    ]);
    expect([box(/^Has it /).checked, box(/^With /).checked]).toEqual([
      true,
      false
    ]);
  });

  it('begins a collection with it', async () => {
    const asked = await opened();
    const title = screen.getByLabelText('Title of a new collection');
    fireEvent.change(title, { target: { value: 'Good ones' } });

    await click(screen.getByRole('button', { name: 'Create with it' }));

    expect(asked).toEqual([
      ['create', 'Good ones'],
      ['add', 'ada/new-3', 'team/digits']
    ]);
    expect(box(/^Has it /).checked).toBe(true);
  });
});
