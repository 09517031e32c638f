import type { CollectionsApi } from '../api/collections';
import type {
  Collection,
  CollectionChange,
  NewCollection,
  NewCollectionItem
} from '../api/wire';
import { Asked } from './asked';
import { Deed } from './deed';

/** Collections that one may see, and what is done with them. */
export class CollectionsModel {
  constructor(private readonly api: CollectionsApi) {}

  readonly collections = new Asked<Collection[]>();
  readonly deed = new Deed();

  refresh(): void {
    void this.collections.ask(async () => (await this.api.list()).collections);
  }

  async create(asked: NewCollection): Promise<boolean> {
    const done = await this.deed.run(() => this.api.create(asked));
    this.refresh();
    return done;
  }

  async remove({ slug }: Collection): Promise<boolean> {
    const done = await this.deed.run(() => this.api.remove(slug));
    this.refresh();
    return done;
  }

  async change(
    collection: Collection,
    change: CollectionChange
  ): Promise<boolean> {
    return this.changed(collection, slug => this.api.change(slug, change));
  }

  async add(collection: Collection, item: NewCollectionItem): Promise<boolean> {
    return this.changed(collection, slug => this.api.add(slug, item));
  }

  async note(
    collection: Collection,
    item: string,
    note: string
  ): Promise<boolean> {
    return this.changed(collection, slug =>
      this.api.changeItem(slug, item, { note })
    );
  }

  /** Put something *by* places further down. */
  async move(
    collection: Collection,
    item: string,
    by: 1 | -1
  ): Promise<boolean> {
    const position = collection.items.findIndex(({ id }) => id === item) + by;
    return this.changed(collection, slug =>
      this.api.changeItem(slug, item, { position })
    );
  }

  async drop(collection: Collection, item: string): Promise<boolean> {
    return this.changed(collection, slug => this.api.removeItem(slug, item));
  }

  dispose(): void {
    this.collections.dispose();
  }

  /** Do something with one of them, and show it as it is then, in its place. */
  private async changed(
    { slug }: Collection,
    work: (slug: string) => Promise<Collection>
  ): Promise<boolean> {
    return this.deed.run(async () => {
      const now = await work(slug);
      const list = this.collections.value ?? [];
      this.collections.show(list.map(one => (one.slug === slug ? now : one)));
    });
  }
}
