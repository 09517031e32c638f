import { ServerConnection } from '@jupyterlab/services';
import type { Listener } from '../api/events';
import type { Server } from '../api/request';
import type { SavedApi } from '../api/search';
import type { Event as HubEvent, RunList, SavedSearch } from '../api/wire';
import { Connection } from '../model/connection';
import type { Pinboard } from '../model/runs';
import type { RunsServer } from '../model/runs-asked';
import { Store } from '../model/store';
import type { WorkspaceState } from '../model/workspace';
import type { Actions } from '../ui/actions';

export interface Seen {
  method: string;
  url: string;
  body: unknown;
}

type Answer = (seen: Seen) => Response | Promise<Response>;

/** A server whose `fetch` is *answer*; it remembers what it was asked. */
export function fakeServer(answer: Answer): { server: Server; seen: Seen[] } {
  const seen: Seen[] = [];
  const fetch = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input as Request;
    const text = await request.text();
    const asked = {
      method: request.method,
      // without the number that JupyterLab adds against caches
      url: request.url.replace(/[?&]\d+$/, ''),
      body: text ? JSON.parse(text) : null
    };
    seen.push(asked);
    return answer(asked);
  };
  const server = ServerConnection.makeSettings({
    baseUrl: 'http://lab/',
    wsUrl: 'ws://lab/',
    fetch
  });
  return { server, seen };
}

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}

/** A live line in the hands of the test. */
export function fakeConnection(): {
  connection: Connection;
  happen: (event: HubEvent) => void;
  lose: () => void;
  resume: () => void;
} {
  const listeners: Listener[] = [];
  const connection = new Connection(given => {
    listeners.push(given);
    return { retry: () => undefined, close: () => undefined };
  });
  connection.start();
  const [line] = listeners;
  line!.opened(false);
  return {
    connection,
    happen: event => line!.event(event),
    lose: () => line!.lost(500),
    resume: () => line!.opened(true)
  };
}

/** Actions that write down what was asked of them. */
export function fakeActions(): { actions: Actions; done: unknown[][] } {
  const done: unknown[][] = [];
  const note =
    (name: string) =>
    (...args: unknown[]) => {
      done.push([name, ...args]);
    };
  const actions: Actions = {
    openModel: note('openModel'),
    openRepo: note('openRepo'),
    openAccount: note('openAccount'),
    openOther: note('openOther'),
    editCard: note('editCard'),
    createRepo: note('createRepo'),
    openRun: note('openRun'),
    openNotebook: note('openNotebook'),
    openHistory: note('openHistory'),
    insert: note('insert'),
    copy: note('copy'),
    loadModel: note('loadModel'),
    publish: note('publish'),
    stopRun: note('stopRun'),
    compare: note('compare'),
    comment: note('comment'),
    compareRuns: note('compareRuns'),
    compareModels: note('compareModels'),
    fitNotebook: note('fitNotebook'),
    openAsItWas: note('openAsItWas'),
    link: path => `http://lab/${path}`
  };
  return { actions, done };
}

/** A table of runs that always answers *list*. */
export function fakeRuns(list: RunList): RunsServer {
  return {
    list: async () => list,
    series: async () => ({ series: [] }),
    groups: async (_, by, metric) => ({ by, metric, groups: [] })
  };
}

/** Saved searches that are kept in memory. */
export function fakeSaved(searches: SavedSearch[] = []): {
  saved: SavedApi;
  searches: SavedSearch[];
} {
  const saved: SavedApi = {
    list: async () => ({ searches: [...searches] }),
    save: async ({ query, name, kind, source, without }) => {
      const search: SavedSearch = {
        id: `s${searches.length}`,
        name: name ?? '',
        query,
        kind: kind ?? 'model',
        source: source ?? null,
        without: without ?? [],
        createdAt: '2026-01-02T03:04:05Z',
        fresh: []
      };
      searches.unshift(search);
      return search;
    },
    remove: async id => {
      searches.splice(
        searches.findIndex(one => one.id === id),
        1
      );
    },
    see: async id => {
      searches.forEach((one, at) => {
        if (one.id === id) {
          searches[at] = { ...one, fresh: [] };
        }
      });
    }
  };
  return { saved, searches };
}

/** A board without pins. */
export function fakePins(): Pinboard {
  return {
    store: new Store<WorkspaceState>({ is: 'connecting' }),
    pin: async () => undefined,
    unpin: async () => undefined
  };
}

/** Let everything that is already settled take effect. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 10; i += 1) {
    await Promise.resolve();
  }
}
