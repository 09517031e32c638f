import type { Server } from './request';
import { ask } from './request';
import type { SearchReply } from './wire';

export interface Searched {
  /** The sentence. */
  q: string;
  limit: number;
  /** Keys of understood conditions that shall not count. */
  without: string[];
}

/** The best models for a sentence. */
export function search(
  server: Server,
  searched: Searched,
  signal: AbortSignal
): Promise<SearchReply> {
  return ask(server, 'search', { query: { ...searched }, signal });
}
