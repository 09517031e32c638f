import type { RepoName } from './repos';
import { routeOf } from './repos';
import type { Server } from './request';
import { ask } from './request';
import type { ActivityList } from './wire';

/** What happened to a repo. */
export interface ActivityApi {
  /** A page of it, newest first. */
  list: (offset: number) => Promise<ActivityList>;
}

/** The activity of *repo* on *server*. */
export function activityApi(server: Server, repo: RepoName): ActivityApi {
  const route = `${routeOf(repo)}/activity`;
  return { list: offset => ask(server, route, { query: { offset } }) };
}
