import { job } from './jobs';
import type { RepoName } from './repos';
import { routeOf } from './repos';
import type { Server } from './request';
import { ask } from './request';
import type { Job, VariantList, VariantRequest } from './wire';

/** The forms in which a model exists. */
export interface VariantsApi {
  /** Those of a revision; null is the newest. */
  list: (revision: string | null) => Promise<VariantList>;
  make: (asked: VariantRequest) => Promise<Job>;
  /** How far it is. */
  job: (id: string) => Promise<Job>;
}

/** The variants of the model *repo* on *server*. */
export function variantsApi(server: Server, repo: RepoName): VariantsApi {
  const route = `${routeOf(repo)}/variants`;
  return {
    list: revision => ask(server, route, { query: { revision } }),
    make: body => ask(server, route, { method: 'POST', body }),
    job: id => job(server, id)
  };
}
