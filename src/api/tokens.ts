import type { Server } from './request';
import { ask } from './request';
import type { HubTokenList, HubTokenMade, NewHubToken } from './wire';

/** One's own tokens. */
export interface TokensApi {
  list: () => Promise<HubTokenList>;
  create: (token: NewHubToken) => Promise<HubTokenMade>;
  revoke: (id: string) => Promise<void>;
}

/** The tokens of who is logged in at *server*. */
export function tokensApi(server: Server): TokensApi {
  return {
    list: () => ask(server, 'tokens'),
    create: body => ask(server, 'tokens', { method: 'POST', body }),
    revoke: id =>
      ask(server, `tokens/${encodeURIComponent(id)}`, { method: 'DELETE' })
  };
}
