import type { Server } from './request';
import { ask, path } from './request';
import type {
  ArtifactPreview,
  Job,
  RunArtifacts,
  RunGroups,
  RunNotebook,
  RunList,
  RunPage,
  RunPublication,
  RunSeriesList
} from './wire';

/** Which runs are wanted, in which order. */
export interface RunsAsked {
  notebook: string | null;
  /** MLflow's filter language, short forms of it, or plain words. */
  filter: string;
  /** `start_time`, `metrics.NAME`, `params.NAME` … */
  order: string;
  descending: boolean;
}

/** *limit* of the wanted runs, from *offset* on. */
export function runs(
  server: Server,
  asked: RunsAsked,
  offset: number,
  limit: number
): Promise<RunList> {
  return ask(server, 'runs', { query: { ...asked, offset, limit } });
}

/** The runs of these ids, with all that they logged. */
export function someRuns(server: Server, ids: string[]): Promise<RunList> {
  return ask(server, 'runs/some', { query: { run: ids } });
}

/** The values of *metrics* of several runs, at most *most* points of each. */
export function series(
  server: Server,
  ids: string[],
  metrics: string[],
  most: number
): Promise<RunSeriesList> {
  return ask(server, 'runs/series', {
    query: { run: ids, metric: metrics, most }
  });
}

/** The wanted runs put together by a value, with the spread of *metric*. */
export function runGroups(
  server: Server,
  asked: RunsAsked,
  by: string,
  metric: string | null
): Promise<RunGroups> {
  return ask(server, 'runs/groups', { query: { ...asked, by, metric } });
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

/** Interrupt the kernel of run *id*. */
export function stopRun(server: Server, id: string): Promise<object> {
  return ask(server, `runs/${path(id)}/stop`, { method: 'POST', body: {} });
}

/** The notebook of run *id* as it was when the run began. */
export function runNotebook(server: Server, id: string): Promise<RunNotebook> {
  return ask(server, `runs/${path(id)}/notebook`);
}

/** Write what people say about run *id*. */
export function noteRun(
  server: Server,
  id: string,
  text: string
): Promise<object> {
  return ask(server, `runs/${path(id)}/note`, {
    method: 'PUT',
    body: { text }
  });
}

/** What lies in the folder *folder* of the files of run *id*. */
export function runArtifacts(
  server: Server,
  id: string,
  folder: string
): Promise<RunArtifacts> {
  return ask(server, `runs/${path(id)}/artifacts`, { query: { path: folder } });
}

/** The beginning of a file of run *id*. */
export function runArtifact(
  server: Server,
  id: string,
  file: string
): Promise<ArtifactPreview> {
  return ask(server, `runs/${path(id)}/artifact`, { query: { path: file } });
}
