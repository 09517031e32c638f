import type { CollectionsApi } from '../api/collections';
import type { Collection } from '../api/wire';
import { collection, collectionItem, fakeCollections } from '../testing/around';
import { settled } from '../testing/fakes';
import { CollectionsModel } from './collections';

async function filled(
  given: Partial<CollectionsApi>,
  list: Collection[] = [collection()]
) {
  const model = new CollectionsModel(fakeCollections(list, given));
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
        return collection({
          items: [collectionItem('b/b'), collectionItem('a/a')]
        });
      }
    });

    await model.move(collection(), 'a/a', 1);

    expect(asked).toEqual([['ada/good-1', 'a/a', { position: 1 }]]);
    expect(model.pages.value?.collections[0]?.items[0]?.name).toBe('b/b');
  });

  it('shows a renamed collection in the place of the old one', async () => {
    const model = await filled({
      change: async () => collection({ slug: 'ada/best-1', title: 'Best' })
    });

    await model.change(collection(), { title: 'Best' });

    expect(model.pages.value?.collections.map(({ title }) => title)).toEqual([
      'Best'
    ]);
  });

  it('tells why something was refused, and shows what is there', async () => {
    const model = await filled({});

    const done = await model.drop(collection(), 'a/a');

    expect(done).toBe(false);
    expect(model.deed.store.state).toMatchObject({ is: 'refused' });
    expect(model.pages.value?.collections).toHaveLength(1);
  });

  it('shows a page after the other until the last', async () => {
    const many = Array.from({ length: 45 }, (_, number) =>
      collection({ slug: `ada/good-${number}` })
    );
    const model = await filled({}, many);
    const shown = () => [
      model.pages.value?.collections.length,
      model.pages.value?.hasMore
    ];

    expect(shown()).toEqual([20, true]);
    model.more();
    await settled();
    expect(shown()).toEqual([40, true]);
    model.more();
    await settled();
    expect(shown()).toEqual([45, false]);
  });
});
