import type { Server } from './request';
import { ask, askLines } from './request';
import type {
  ComparedList,
  MeaningUnread,
  NewSavedSearch,
  RepoKind,
  SavedSearch,
  SavedSearchList,
  SearchReply,
  UpstreamHits
} from './wire';

/** What a search goes by besides its sentence. */
export type Likeness =
  | { is: 'repo'; id: string }
  | { is: 'text'; name: string; text: string; form: 'card' | 'code' };

export interface Searched {
  /** The sentence. */
  q: string;
  limit: number;
  kind: RepoKind;
  /** Keys of understood conditions that shall not count. */
  without: string[];
  like: Likeness | null;
}

/** Characters of a sentence that are sent: the hub reads fewer, and an address must not be too long for a server. */
const LONGEST = 2000;

/** The best repos for a sentence, or those that are like something. */
export function search(
  server: Server,
  { like, ...given }: Searched,
  signal: AbortSignal
): Promise<SearchReply> {
  const searched = { ...given, q: given.q.slice(0, LONGEST) };
  if (like?.is === 'text') {
    const { text, form } = like;
    const body = { ...searched, text, form };
    return ask(server, 'search/like', { method: 'POST', body, signal });
  }
  const query = { ...searched, like: like?.id ?? null };
  return ask(server, 'search', { query, signal });
}

/** How much of the repos of a *kind* is found by words alone as yet; null once the meaning of all is read. */
export async function meaningOf(
  server: Server,
  kind: RepoKind
): Promise<MeaningUnread | null> {
  const query = { q: '', limit: 1, kind };
  const { meaning } = await ask<SearchReply>(server, 'search', { query });
  return meaning;
}

/** What other hubs have for a sentence; *tell* hears of each as it answers, which may take seconds. */
export function searchAbroad(
  server: Server,
  { q, limit, kind, without }: Searched,
  signal: AbortSignal,
  tell: (found: UpstreamHits) => void
): Promise<void> {
  const query = { q: q.slice(0, LONGEST), limit, kind, without };
  return askLines(server, 'search/upstream', { query, signal }, tell);
}

/** Two to five repos side by side. */
export function compare(
  server: Server,
  kind: RepoKind,
  ids: string[]
): Promise<ComparedList> {
  return ask(server, 'compare', { query: { kind, id: ids } });
}

/** The searches that one keeps. */
export interface SavedApi {
  list: () => Promise<SavedSearchList>;
  save: (search: NewSavedSearch) => Promise<SavedSearch>;
  remove: (id: string) => Promise<void>;
  /** What was new has been seen. */
  see: (id: string) => Promise<void>;
}

export function savedApi(server: Server): SavedApi {
  const route = 'search/saved';
  return {
    list: () => ask(server, route),
    save: body => ask(server, route, { method: 'POST', body }),
    remove: id => ask(server, `${route}/${id}`, { method: 'DELETE' }),
    see: id => ask(server, `${route}/${id}/seen`, { method: 'POST', body: {} })
  };
}
