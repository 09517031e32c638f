import type { Server } from './request';
import { ask, path } from './request';
import type { Job } from './wire';

/** How far job *id* is. */
export function job(server: Server, id: string): Promise<Job> {
  return ask(server, `jobs/${path(id)}`);
}

/** Stop job *id*; what it did is undone. */
export function cancelJob(server: Server, id: string): Promise<Job> {
  return ask(server, `jobs/${path(id)}`, { method: 'DELETE' });
}
