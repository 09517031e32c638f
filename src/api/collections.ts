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

/** Repos that somebody put together. */
export interface CollectionsApi {
  list: () => Promise<CollectionList>;
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
    list: () => ask(server, 'collections'),
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
