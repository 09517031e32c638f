import type { Server } from './request';
import { ask, path } from './request';
import type { OtherHubs, OtherRepoPage, RepoKind } from './wire';

/** The other hubs that are read through, and one's own tokens for them. */
export interface UpstreamsApi {
  hubs: () => Promise<OtherHubs>;
  keepToken: (hub: string, token: string) => Promise<void>;
  forgetToken: (hub: string) => Promise<void>;
  page: (kind: RepoKind, id: string) => Promise<OtherRepoPage>;
}

/** The other hubs of *server*. */
export function upstreamsApi(server: Server): UpstreamsApi {
  const tokens = 'upstreams/tokens';
  return {
    hubs: () => ask(server, 'upstreams'),
    keepToken: (hub, token) =>
      ask(server, tokens, { method: 'PUT', body: { hub, token } }),
    forgetToken: hub =>
      ask(server, tokens, { method: 'DELETE', query: { hub } }),
    page: (kind, id) => ask(server, `upstreams/${kind}s/${path(id)}`)
  };
}
