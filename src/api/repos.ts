import type { Part, Server } from './request';
import { ask, path, readBytes } from './request';
import type {
  CommitEntry,
  CommitList,
  CommitRequest,
  Comparison,
  RefEntry,
  RefList,
  RefRequest,
  RepoKind,
  RepoList,
  RepoPage,
  RepoRequest,
  RepoStorage,
  Tree
} from './wire';

/** A repo, as addresses name it. */
export interface RepoName {
  kind: RepoKind;
  /** With its namespace: `team/digits`. */
  id: string;
}

/** Which commits to compare; without *from* and *common* the parent of *to*. */
export interface Compared {
  to: string;
  from?: string;
  /** Compare with the last commit that *to* and this branch share. */
  common?: string;
  /** Only this file, with more of its lines. */
  path?: string;
}

/** Where all that belongs to *repo* is, below our REST interface. */
export function routeOf(repo: RepoName): string {
  return `repos/${repo.kind}s/${path(repo.id)}`;
}

/** A page of the repos of a kind that one may see, the last changed first. */
export function repos(
  server: Server,
  kind: RepoKind,
  { mine, limit, offset }: { mine: boolean; limit: number; offset: number }
): Promise<RepoList> {
  const query = { mine: mine || null, limit, offset };
  return ask(server, `repos/${kind}s`, { query });
}

/** Make a repo. */
export function createRepo(
  server: Server,
  kind: RepoKind,
  body: RepoRequest
): Promise<RepoPage> {
  return ask(server, `repos/${kind}s`, { method: 'POST', body });
}

/** What one can ask of a repo's history and files. */
export interface RepoApi {
  page: (revision: string | null) => Promise<RepoPage>;
  tree: (revision: string | null, folder: string) => Promise<Tree>;
  /** Bytes of the file at *url*, which a tree told. */
  bytes: (url: string, start: number, end: number) => Promise<Part>;
  commits: (revision: string | null, offset: number) => Promise<CommitList>;
  diff: (compared: Compared) => Promise<Comparison>;
  refs: () => Promise<RefList>;
  createRef: (request: RefRequest) => Promise<RefEntry>;
  deleteRef: (kind: RefEntry['kind'], name: string) => Promise<void>;
  commit: (request: CommitRequest) => Promise<CommitEntry>;
  storage: () => Promise<RepoStorage>;
  deleteRepo: () => Promise<void>;
}

const COMMITS_AT_ONCE = 30;

/** *repo* on *server*. */
export function repoApi(server: Server, repo: RepoName): RepoApi {
  const route = routeOf(repo);
  return {
    page: revision => ask(server, route, { query: { revision } }),
    tree: (revision, folder) =>
      ask(server, `${route}/tree`, {
        query: { revision, path: folder || null }
      }),
    bytes: (url, start, end) => readBytes(server, url, start, end),
    commits: (revision, offset) =>
      ask(server, `${route}/commits`, {
        query: { revision, offset, limit: COMMITS_AT_ONCE }
      }),
    diff: compared => ask(server, `${route}/diff`, { query: { ...compared } }),
    refs: () => ask(server, `${route}/refs`),
    createRef: body => ask(server, `${route}/refs`, { method: 'POST', body }),
    deleteRef: (kind, name) =>
      ask(server, `${route}/refs/${kind}/${encodeURIComponent(name)}`, {
        method: 'DELETE'
      }),
    commit: body => ask(server, `${route}/commits`, { method: 'POST', body }),
    storage: () => ask(server, `${route}/storage`),
    deleteRepo: () => ask(server, route, { method: 'DELETE' })
  };
}
