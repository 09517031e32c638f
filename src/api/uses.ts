import type { RepoName } from './repos';
import { routeOf } from './repos';
import type { Server } from './request';
import { ask } from './request';
import type { Lineage, Usage } from './wire';

/** Who uses a repo, and where it comes from. */
export interface UsesApi {
  usage: () => Promise<Usage>;
  lineage: () => Promise<Lineage>;
  /** A revision as linked data; null is the newest. */
  linked: (revision: string | null) => Promise<object>;
}

export function usesApi(server: Server, repo: RepoName): UsesApi {
  const route = routeOf(repo);
  return {
    usage: () => ask(server, `${route}/usage`),
    lineage: () => ask(server, `${route}/lineage`),
    linked: revision =>
      ask(server, `${route}/metadata.jsonld`, { query: { revision } })
  };
}
