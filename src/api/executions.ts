import type { Server } from './request';
import { ask, path } from './request';
import type { Execution, ExecutionAsked } from './wire';

const WAIT_S = 25;

/** Run a cell on the server; its outputs arrive in the shared document. */
export function execute(
  server: Server,
  body: ExecutionAsked
): Promise<Execution> {
  return ask(server, 'executions', { method: 'POST', body });
}

/** How far it is, as soon as there is news. */
export function look(server: Server, id: string): Promise<Execution> {
  return ask(server, `executions/${path(id)}`, { query: { wait: WAIT_S } });
}

/** What runs in a room. */
export function running(server: Server, room: string): Promise<Execution[]> {
  return ask(server, 'executions', { query: { room } });
}

/** Give a cell the line for which it waits. */
export function answer(
  server: Server,
  id: string,
  text: string
): Promise<Execution> {
  const body = { text };
  return ask(server, `executions/${path(id)}/input`, { method: 'POST', body });
}
