import type { Server } from './request';
import { ask, path } from './request';
import type { Job, RunList, RunPage, RunPublication } from './wire';

/** The newest runs, of one *notebook* or of all. */
export function runs(
  server: Server,
  notebook: string | null,
  limit: number
): Promise<RunList> {
  return ask(server, 'runs', { query: { notebook, limit } });
}

/** Run *id* with the history of its metrics. */
export function runPage(server: Server, id: string): Promise<RunPage> {
  return ask(server, `runs/${path(id)}`);
}

/** Start to publish the model that run *id* logged. */
export function publishRun(
  server: Server,
  id: string,
  body: RunPublication
): Promise<Job> {
  return ask(server, `runs/${path(id)}/publish`, { method: 'POST', body });
}
