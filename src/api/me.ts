import type { Server } from './request';
import { ask } from './request';
import type { Me } from './wire';

/** Who is logged in. */
export function me(server: Server): Promise<Me> {
  return ask(server, 'me');
}
