import type { Server } from './request';
import { ask, path } from './request';
import type {
  Collection,
  CollectionChange,
  CollectionItemChange,
  CollectionList,
  NewCollection,
  NewCollectionItem
} from './wire';

/** Which collections to list; `may`: only those that one may change. */
interface CollectionsAsked {
  limit: number;
  offset: number;
  may?: 'change';
}

/** Repos that somebody put together. */
export interface CollectionsApi {
  list: (asked: CollectionsAsked) => Promise<CollectionList>;
  create: (asked: NewCollection) => Promise<Collection>;
  change: (slug: string, change: CollectionChange) => Promise<Collection>;
  remove: (slug: string) => Promise<void>;
  add: (slug: string, item: NewCollectionItem) => Promise<Collection>;
  changeItem: (
    slug: string,
    item: string,
    change: CollectionItemChange
  ) => Promise<Collection>;
  removeItem: (slug: string, item: string) => Promise<Collection>;
}

/** The collections of *server*. */
export function collectionsApi(server: Server): CollectionsApi {
  const one = (slug: string) => `collections/${path(slug)}`;
  const entry = (slug: string, item: string) =>
    `${one(slug)}/items/${encodeURIComponent(item)}`;
  return {
    list: asked => ask(server, 'collections', { query: { ...asked } }),
    create: body => ask(server, 'collections', { method: 'POST', body }),
    change: (slug, body) => ask(server, one(slug), { method: 'PATCH', body }),
    remove: slug => ask(server, one(slug), { method: 'DELETE' }),
    add: (slug, body) =>
      ask(server, `${one(slug)}/items`, { method: 'POST', body }),
    changeItem: (slug, item, body) =>
      ask(server, entry(slug, item), { method: 'PATCH', body }),
    removeItem: (slug, item) =>
      ask(server, entry(slug, item), { method: 'DELETE' })
  };
}
