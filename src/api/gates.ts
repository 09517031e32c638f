import type { RepoName } from './repos';
import { routeOf } from './repos';
import type { Server } from './request';
import { ask, path } from './request';
import type {
  AliasAsked,
  AliasList,
  ExampleAsked,
  ExampleComparison,
  ExampleTable,
  GateAsked,
  GateLog,
  GateRun,
  GateRuns,
  ModelExample,
  ReproductionAsked
} from './wire';

/** What versions of a model must meet, what is expected of them, and which aliases lead to them. */
export interface GatesApi {
  gates: (pull?: number) => Promise<GateRuns>;
  run: (asked: GateAsked) => Promise<GateRun>;
  /** Run the notebook of a version again. */
  reproduce: (asked: ReproductionAsked) => Promise<GateRun>;
  cancel: (id: string) => Promise<GateRun>;
  /** The log of a run from a byte on. */
  log: (id: string, after: number) => Promise<GateLog>;
  examples: () => Promise<ExampleTable>;
  expect: (example: ExampleAsked) => Promise<ModelExample>;
  unexpect: (name: string) => Promise<void>;
  compare: (before: string, after: string) => Promise<ExampleComparison>;
  aliases: () => Promise<AliasList>;
  setAlias: (alias: string, asked: AliasAsked) => Promise<AliasList>;
}

/** The gates of *repo* on *server*. */
export function gatesApi(server: Server, repo: RepoName): GatesApi {
  const route = routeOf(repo);
  const run = (id: string) => `${route}/gates/runs/${id}`;
  return {
    gates: pull => ask(server, `${route}/gates`, { query: { pull } }),
    run: body => ask(server, `${route}/gates/runs`, { method: 'POST', body }),
    reproduce: body =>
      ask(server, `${route}/reproductions`, { method: 'POST', body }),
    cancel: id => ask(server, run(id), { method: 'DELETE' }),
    log: (id, after) => ask(server, `${run(id)}/log`, { query: { after } }),
    examples: () => ask(server, `${route}/examples`),
    expect: body => ask(server, `${route}/examples`, { method: 'POST', body }),
    unexpect: name =>
      ask(server, `${route}/examples/one/${path(name)}`, { method: 'DELETE' }),
    compare: (before, after) =>
      ask(server, `${route}/examples/compare`, { query: { before, after } }),
    aliases: () => ask(server, `${route}/aliases`),
    setAlias: (alias, body) =>
      ask(server, `${route}/aliases/${encodeURIComponent(alias)}`, {
        method: 'PUT',
        body
      })
  };
}
