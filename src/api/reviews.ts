import type { RepoName } from './repos';
import { routeOf } from './repos';
import type { Server } from './request';
import { ask } from './request';
import type { ReviewList, ReviewText } from './wire';

/** What people say of the versions of a repo. */
export interface ReviewsApi {
  list: () => Promise<ReviewList>;
  put: (review: ReviewText) => Promise<ReviewList>;
  /** One's own; an admin names the *user* whose review goes. */
  remove: (version: string, user: string | null) => Promise<void>;
}

export function reviewsApi(server: Server, repo: RepoName): ReviewsApi {
  const route = `${routeOf(repo)}/reviews`;
  return {
    list: () => ask(server, route),
    put: body => ask(server, route, { method: 'PUT', body }),
    remove: (version, user) =>
      ask(server, route, { method: 'DELETE', query: { version, user } })
  };
}
