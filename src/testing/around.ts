import type { ActivityApi } from '../api/activity';
import type { CollectionsApi } from '../api/collections';
import type { ReviewsApi } from '../api/reviews';
import type { UsesApi } from '../api/uses';
import type { VariantsApi } from '../api/variants';
import type {
  Activity,
  Collection,
  CollectionItem,
  ReviewList,
  Variant
} from '../api/wire';

/** Reviews of which there are none, until one is written. */
export function fakeReviews(list: Partial<ReviewList> = {}): ReviewsApi {
  const empty: ReviewList = {
    reviews: [],
    mean: null,
    counts: [0, 0, 0, 0, 0],
    mayReview: true,
    mayRemove: false,
    ...list
  };
  return {
    list: async () => empty,
    put: async () => empty,
    remove: async () => undefined
  };
}

/** Collections that are *list*; nothing is done with them unless *given* says so. */
export function fakeCollections(
  list: Collection[] = [],
  given: Partial<CollectionsApi> = {}
): CollectionsApi {
  const unexpected = () => Promise.reject(new Error('nobody asks this'));
  return {
    list: async ({ offset, limit }) => ({
      collections: list.slice(offset, offset + limit)
    }),
    create: unexpected,
    change: unexpected,
    remove: unexpected,
    add: unexpected,
    changeItem: unexpected,
    removeItem: unexpected,
    ...given
  };
}

/** A collection of Ada's. */
export function collection(change: Partial<Collection> = {}): Collection {
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
    items: [collectionItem('a/a'), collectionItem('b/b')],
    ...change
  };
}

/** A model in a collection. */
export function collectionItem(name: string): CollectionItem {
  return { id: name, kind: 'model', name, note: null };
}

/** A repo that nobody has used yet. */
export function fakeUses(): UsesApi {
  return {
    usage: () => Promise.resolve({ weeks: [], notebooks: [] }),
    lineage: () =>
      Promise.resolve({ id: 'team/digits', nodes: [], isCut: false }),
    linked: () => Promise.resolve({})
  };
}

/** Something that happened to a repo. */
export function activity(change: Partial<Activity> = {}): Activity {
  return {
    id: 'version v2',
    kind: 'version',
    at: '2026-01-02T03:04:05Z',
    by: { name: 'ada', displayName: 'Ada' },
    about: 'v2',
    text: '',
    number: null,
    before: null,
    after: 'v2',
    state: '',
    ...change
  };
}

/** What happened to a repo, all of it on one page. */
export function fakeActivity(activities: Activity[] = []): ActivityApi {
  return { list: () => Promise.resolve({ activities, hasMore: false }) };
}

/** The weights that are loaded without a word. */
export function variant(change: Partial<Variant> = {}): Variant {
  return {
    repoId: 'team/digits',
    label: '',
    format: 'safetensors',
    dtype: 'F32',
    parameters: 1200,
    sizeBytes: 4800,
    files: ['model.safetensors'],
    relation: '',
    safety: 'safe',
    isDefault: true,
    code: 'hub.load("team/digits")',
    ...change
  };
}

/** The variants of a model: the one that it has, and fp16 which can be made. */
export function fakeVariants(given: Partial<VariantsApi> = {}): VariantsApi {
  const unexpected = () => Promise.reject(new Error('not expected here'));
  return {
    list: async () => ({
      id: 'team/digits',
      commit: 'abc',
      variants: [variant()],
      makeable: ['fp16']
    }),
    make: unexpected,
    job: unexpected,
    ...given
  };
}
