import type { CollectionsApi } from '../api/collections';
import type {
  Collection,
  CollectionChange,
  NewCollection,
  NewCollectionItem
} from '../api/wire';
import { Asked } from './asked';
import { Deed } from './deed';

const PAGE = 20;

export interface CollectionPages {
  collections: Collection[];
  hasMore: boolean;
}

const NONE: CollectionPages = { collections: [], hasMore: false };

/** Collections that one may see, and what is done with them. */
export class CollectionsModel {
  constructor(private readonly api: CollectionsApi) {}

  readonly pages = new Asked<CollectionPages>();
  readonly deed = new Deed();

  refresh(): void {
    void this.pages.ask(() => this.after([]));
  }

  more(): void {
    const shown = this.pages.value?.collections ?? [];
    void this.pages.ask(() => this.after(shown));
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
    this.pages.dispose();
  }

  /** Do something with one of them, and show it as it is then, in its place. */
  private async changed(
    { slug }: Collection,
    work: (slug: string) => Promise<Collection>
  ): Promise<boolean> {
    return this.deed.run(async () => {
      const now = await work(slug);
      const { collections, hasMore } = this.pages.value ?? NONE;
      const list = collections.map(one => (one.slug === slug ? now : one));
      this.pages.show({ collections: list, hasMore });
    });
  }

  /** What is shown, and the page behind it; one more is asked for to see whether that is the last. */
  private async after(shown: Collection[]): Promise<CollectionPages> {
    const asked = { limit: PAGE + 1, offset: shown.length };
    const { collections } = await this.api.list(asked);
    const known = new Set(shown.map(({ slug }) => slug));
    const fresh = collections
      .slice(0, PAGE)
      .filter(one => !known.has(one.slug));
    return {
      collections: [...shown, ...fresh],
      hasMore: collections.length > PAGE
    };
  }
}
