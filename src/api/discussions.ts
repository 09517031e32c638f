import type { RepoName } from './repos';
import { routeOf } from './repos';
import type { Server } from './request';
import { ask } from './request';
import type {
  AttachmentMade,
  Comparison,
  DiscussionList,
  DiscussionOpening,
  DiscussionPage,
  PullRequestOpening,
  StatusChange
} from './wire';

/** Which discussions to list. */
export interface ListedDiscussions {
  status: 'open' | 'closed' | 'all';
  limit: number;
  offset: number;
}

/** What one can do with the discussions and pull requests of a repo. */
export interface DiscussionsApi {
  list: (listed: ListedDiscussions) => Promise<DiscussionList>;
  page: (number: number) => Promise<DiscussionPage>;
  diff: (number: number, file?: string) => Promise<Comparison>;
  open: (opening: DiscussionOpening) => Promise<DiscussionPage>;
  openPull: (opening: PullRequestOpening) => Promise<DiscussionPage>;
  comment: (number: number, text: string) => Promise<DiscussionPage>;
  edit: (number: number, id: string, text: string) => Promise<DiscussionPage>;
  hide: (number: number, id: string) => Promise<DiscussionPage>;
  setStatus: (number: number, change: StatusChange) => Promise<DiscussionPage>;
  rename: (number: number, title: string) => Promise<DiscussionPage>;
  merge: (number: number, head: string | null) => Promise<DiscussionPage>;
  /** Send a picture, film or sound; where it is then. */
  attach: (file: Blob) => Promise<AttachmentMade>;
}

/** The discussions of *repo* on *server*. */
export function discussionsApi(server: Server, repo: RepoName): DiscussionsApi {
  const route = `${routeOf(repo)}/discussions`;
  const comment = (number: number, id: string) =>
    `${route}/${number}/comments/${encodeURIComponent(id)}`;
  return {
    list: listed => ask(server, route, { query: { ...listed } }),
    page: number => ask(server, `${route}/${number}`),
    diff: (number, file) =>
      ask(server, `${route}/${number}/diff`, { query: { path: file } }),
    open: body => ask(server, route, { method: 'POST', body }),
    openPull: body =>
      ask(server, `${routeOf(repo)}/pulls`, { method: 'POST', body }),
    comment: (number, text) =>
      ask(server, `${route}/${number}/comments`, {
        method: 'POST',
        body: { text }
      }),
    edit: (number, id, text) =>
      ask(server, comment(number, id), { method: 'PUT', body: { text } }),
    hide: (number, id) =>
      ask(server, comment(number, id), { method: 'DELETE' }),
    setStatus: (number, body) =>
      ask(server, `${route}/${number}/status`, { method: 'PUT', body }),
    rename: (number, title) =>
      ask(server, `${route}/${number}/title`, {
        method: 'PUT',
        body: { title }
      }),
    merge: (number, head) =>
      ask(server, `${route}/${number}/merge`, {
        method: 'POST',
        body: { head }
      }),
    attach: bytes => ask(server, 'attachments', { method: 'POST', bytes })
  };
}
