import type { CollectionsApi } from '../api/collections';
import type { Collection, CollectionItem } from '../api/wire';
import { settled } from '../testing/fakes';
import { CollectionsModel } from './collections';

const item = (name: string): CollectionItem => ({
  id: name,
  kind: 'model',
  name,
  note: null
});

function collection(change: Partial<Collection> = {}): Collection {
  return {
    slug: 'ada/good-1',
    namespace: 'ada',
    title: 'Good',
    description: '',
    visibility: 'public',
    theme: 'orange',
    owner: 'ada',
    mayChange: true,
    updatedAt: '2026-01-02T03:04:05Z',
    items: [item('a/a'), item('b/b')],
    ...change
  };
}

const unexpected = async () => {
  throw new Error('nobody asks this');
};

async function filled(given: Partial<CollectionsApi>) {
  const model = new CollectionsModel({
    list: async () => ({ collections: [collection()] }),
    create: unexpected,
    change: unexpected,
    remove: unexpected,
    add: unexpected,
    changeItem: unexpected,
    removeItem: unexpected,
    ...given
  });
  model.refresh();
  await settled();
  return model;
}

describe('CollectionsModel', () => {
  it('moves something to the place below', async () => {
    const asked: unknown[] = [];
    const model = await filled({
      changeItem: async (slug, id, change) => {
        asked.push([slug, id, change]);
        return collection({ items: [item('b/b'), item('a/a')] });
      }
    });

    await model.move(collection(), 'a/a', 1);

    expect(asked).toEqual([['ada/good-1', 'a/a', { position: 1 }]]);
    expect(model.collections.value?.[0]?.items[0]?.name).toBe('b/b');
  });

  it('shows a renamed collection in the place of the old one', async () => {
    const model = await filled({
      change: async () => collection({ slug: 'ada/best-1', title: 'Best' })
    });

    await model.change(collection(), { title: 'Best' });

    expect(model.collections.value?.map(({ title }) => title)).toEqual([
      'Best'
    ]);
  });

  it('tells why something was refused, and shows what is there', async () => {
    const model = await filled({});

    const done = await model.drop(collection(), 'a/a');

    expect(done).toBe(false);
    expect(model.deed.store.state).toMatchObject({ is: 'refused' });
    expect(model.collections.value).toHaveLength(1);
  });
});
