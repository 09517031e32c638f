import { cancelJob, job } from './jobs';
import type { Server } from './request';
import { ask } from './request';
import type { DiffAsked, Job, ModelDiff } from './wire';

/** What one can ask of two sides: `team/digits@v1`, another model, a branch, or `run:ID`. */
export interface DiffApi {
  between: (sides: DiffAsked) => Promise<ModelDiff>;
  /** Let large weights be read; `between` knows more when the job is done. */
  measure: (sides: DiffAsked) => Promise<Job>;
  /** How far it is. */
  job: (id: string) => Promise<Job>;
  cancel: (id: string) => Promise<Job>;
}

export function diffApi(server: Server): DiffApi {
  return {
    between: sides => ask(server, 'diffs', { query: { ...sides } }),
    measure: sides => ask(server, 'diffs', { method: 'POST', body: sides }),
    job: id => job(server, id),
    cancel: id => cancelJob(server, id)
  };
}
