import type { CollectionsApi } from '../../api/collections';
import type { RepoName } from '../../api/repos';
import type { Collection } from '../../api/wire';
import { Asked } from '../asked';
import { Deed } from '../deed';

const MOST = 100;

/** Whether a repo is in the collections that one may change. */
export class CollectingModel {
  constructor(
    private readonly api: CollectionsApi,
    private readonly repo: RepoName
  ) {}

  readonly collections = new Asked<Collection[]>();
  readonly deed = new Deed();

  refresh(): void {
    void this.collections.ask(async () => {
      const asked = { may: 'change', limit: MOST, offset: 0 } as const;
      return (await this.api.list(asked)).collections;
    });
  }

  /** The id of the repo's entry in *collection*; null: it is not in it. */
  entry(collection: Collection): string | null {
    const { kind, id } = this.repo;
    const found = collection.items.find(
      one => one.kind === kind && one.name === id
    );
    return found ? found.id : null;
  }

  /** Put it in, or take it out if it is in. */
  async toggle(collection: Collection): Promise<boolean> {
    const entry = this.entry(collection);
    return this.deed.run(async () => {
      this.show(
        entry === null
          ? await this.put(collection.slug)
          : await this.api.removeItem(collection.slug, entry)
      );
    });
  }

  /** Begin a collection with it. */
  async begin(title: string): Promise<boolean> {
    return this.deed.run(async () => {
      const asked = { title, description: '', visibility: 'public' } as const;
      const { slug } = await this.api.create(asked);
      this.show(await this.put(slug));
    });
  }

  dispose(): void {
    this.collections.dispose();
  }

  private put(slug: string): Promise<Collection> {
    const { kind, id } = this.repo;
    return this.api.add(slug, { kind, name: id, note: null });
  }

  /** Show *now* in its place, or in front if it is new. */
  private show(now: Collection): void {
    const list = this.collections.value ?? [];
    const known = list.some(({ slug }) => slug === now.slug);
    this.collections.show(
      known
        ? list.map(one => (one.slug === now.slug ? now : one))
        : [now, ...list]
    );
  }
}
