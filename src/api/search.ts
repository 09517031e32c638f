import type { Server } from './request';
import { ask } from './request';
import type { SearchReply } from './wire';

/** The best *limit* models for the sentence *q*. */
export function search(
  server: Server,
  q: string,
  limit: number,
  signal: AbortSignal
): Promise<SearchReply> {
  return ask(server, 'search', { query: { q, limit }, signal });
}
