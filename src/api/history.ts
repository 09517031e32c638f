import type { Asked, Server } from './request';
import { ask, path } from './request';

/** A step in the history of a document; times are seconds. */
export interface HistoryStep {
  /** Who wrote; the name of the server is empty. */
  authors: { name: string; displayName: string }[];
  beganAt: number;
  endedAt: number;
  edits: number;
  /** Of its last edit. */
  number: number;
}

/** A state of a document that has a name. */
export interface HistoryPoint {
  number: number;
  name: string;
  displayName: string;
  at: number;
}

/** The past of one notebook; docs/protocols/collaboration.md describes the routes. */
export class HistoryApi {
  constructor(
    private readonly server: Server,
    private readonly file: string
  ) {}

  async steps(): Promise<HistoryStep[]> {
    return (await this.send<{ steps: HistoryStep[] }>('history')).steps;
  }

  async points(): Promise<HistoryPoint[]> {
    return (await this.send<{ points: HistoryPoint[] }>('points')).points;
  }

  /** Name what the notebook is now. */
  name(name: string): Promise<HistoryPoint> {
    return this.send('points', { method: 'POST', body: { name } });
  }

  forget(number: number): Promise<void> {
    return this.send('points', { method: 'DELETE', query: { number } });
  }

  /** What changed between two edits, as nbdime says it. */
  async difference(since: number, until: number): Promise<string> {
    const query = { since, until };
    return (await this.send<{ text: string }>('difference', { query })).text;
  }

  /** Make the notebook what it was after edit *number*, by a new edit. */
  restore(number: number): Promise<void> {
    return this.send('restore', { method: 'POST', body: { number } });
  }

  private send<T>(what: string, asked: Asked = {}): Promise<T> {
    const route = `${what}/${path(this.file)}`;
    return ask(this.server, route, { ...asked, under: 'api/collaboration' });
  }
}
