import { job } from './jobs';
import type { RepoName } from './repos';
import { routeOf } from './repos';
import type { Server } from './request';
import { ask } from './request';
import type { Job, PullConflicts, PullSolution, PullSolved } from './wire';

/** What keeps a pull request from being merged, and how people solve it. */
export interface ConflictsApi {
  conflicts: (number: number) => Promise<PullConflicts>;
  solve: (number: number, solution: PullSolution) => Promise<PullSolved>;
  /** How far the job is that mixes weights. */
  job: (id: string) => Promise<Job>;
}

/** The conflicts of the pull requests of *repo*. */
export function conflictsApi(server: Server, repo: RepoName): ConflictsApi {
  const route = (number: number) =>
    `${routeOf(repo)}/discussions/${number}/conflicts`;
  return {
    conflicts: number => ask(server, route(number)),
    solve: (number, body) =>
      ask(server, route(number), { method: 'POST', body }),
    job: id => job(server, id)
  };
}
