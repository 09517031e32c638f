import type { Server } from './request';
import { ask } from './request';
import type { HubTokenList, HubTokenMade, NewHubToken } from './wire';

/** One's own tokens. */
export interface TokensApi {
  list: () => Promise<HubTokenList>;
  create: (token: NewHubToken) => Promise<HubTokenMade>;
  revoke: (id: string) => Promise<void>;
  /** Let the program that shows *code* act for oneself, or not. */
  decide: (code: string, allow: boolean) => Promise<void>;
}

/** The tokens of who is logged in at *server*. */
export function tokensApi(server: Server): TokensApi {
  return {
    list: () => ask(server, 'tokens'),
    create: body => ask(server, 'tokens', { method: 'POST', body }),
    decide: (code, allow) =>
      ask(server, 'devices', { method: 'POST', body: { code, allow } }),
    revoke: id =>
      ask(server, `tokens/${encodeURIComponent(id)}`, { method: 'DELETE' })
  };
}
