import type { HistoryPoint, HistoryStep } from '../api/history';
import { Asked } from './asked';
import { Deed } from './deed';
import { Store } from './store';

/** Steps that came one after the other without a pause, or up to a named point. */
export interface Stretch {
  authors: string[];
  beganAt: number;
  endedAt: number;
  /** Of the last edit; that before it began is the stretch before. */
  number: number;
  edits: number;
  point: HistoryPoint | null;
}

/** One place in a notebook that changed. */
export interface Change {
  /** As nbdime calls it. */
  what: string;
  /** From 1 on; null: the notebook itself. */
  cell: number | null;
  part: string;
  lines: string[];
}

export type Against = 'before' | 'now';

export interface HistoryServer {
  steps: () => Promise<HistoryStep[]>;
  points: () => Promise<HistoryPoint[]>;
  name: (name: string) => Promise<unknown>;
  forget: (number: number) => Promise<unknown>;
  difference: (since: number, until: number) => Promise<string>;
  restore: (number: number) => Promise<unknown>;
}

const PAUSE_S = 300;

/** What happened to a notebook, who did it, and the way back. */
export class HistoryModel {
  constructor(
    readonly path: string,
    private readonly server: HistoryServer
  ) {}

  /** Newest first. */
  readonly stretches = new Asked<Stretch[]>();
  /** The number of the stretch that is looked at. */
  readonly chosen = new Store<number | null>(null);
  readonly against = new Store<Against>('before');
  /** What it changed. */
  readonly changes = new Asked<Change[]>();
  readonly deed = new Deed();

  async refresh(): Promise<void> {
    await this.stretches.ask(async () => {
      const [steps, points] = await Promise.all([
        this.server.steps(),
        this.server.points()
      ]);
      return stretchesOf(steps, points).reverse();
    });
  }

  /** Look at what a stretch changed, or at what changed since it. */
  async choose(number: number, against: Against): Promise<void> {
    this.chosen.set(number);
    this.against.set(against);
    this.changes.clear();
    await this.changes.ask(() => this.difference(number, against));
  }

  /** Name what the notebook is now. */
  name(name: string): Promise<boolean> {
    return this.then(() => this.server.name(name));
  }

  forget(number: number): Promise<boolean> {
    return this.then(() => this.server.forget(number));
  }

  /** Go back to the end of a stretch; what came since stays in the history. */
  restore(number: number): Promise<boolean> {
    return this.then(() => this.server.restore(number));
  }

  dispose(): void {
    this.stretches.dispose();
    this.changes.dispose();
  }

  private async then(work: () => Promise<unknown>): Promise<boolean> {
    const done = await this.deed.run(work);
    if (done) {
      await this.refresh();
      const { state } = this.chosen;
      if (state !== null) {
        await this.choose(state, this.against.state);
      }
    }
    return done;
  }

  private async difference(
    number: number,
    against: Against
  ): Promise<Change[]> {
    const all = this.stretches.value ?? [];
    const at = all.findIndex(one => one.number === number);
    const [since, until] =
      against === 'now'
        ? [number, all[0]?.number ?? number]
        : [all[at + 1]?.number ?? number, number];
    return since === until
      ? []
      : changesOf(await this.server.difference(since, until));
  }
}

/** *steps* put together, oldest first: a named point ends a stretch, and so does a pause. */
export function stretchesOf(
  steps: HistoryStep[],
  points: HistoryPoint[]
): Stretch[] {
  const found: Stretch[] = [];
  for (const step of steps) {
    const names = step.authors.map(one => one.displayName || one.name);
    const last = found[found.length - 1];
    if (last && !last.point && step.beganAt - last.endedAt < PAUSE_S) {
      last.authors = [...new Set([...last.authors, ...names])];
      last.endedAt = step.endedAt;
      last.number = step.number;
      last.edits += step.edits;
    } else {
      const { beganAt, endedAt, number, edits } = step;
      const point = null;
      found.push({ authors: names, beganAt, endedAt, number, edits, point });
    }
    const begun = found[found.length - 1];
    const before = (begun?.number ?? 0) - step.edits;
    const point = points.find(
      ({ number }) => number <= step.number && number > before
    );
    if (begun && point) {
      begun.point = point;
    }
  }
  return found;
}

/** What the text of nbdime says, without what no person did: numbers of executions, trust. */
export function changesOf(text: string): Change[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map(section => {
      const [title = '', ...lines] = section.trimEnd().split('\n');
      const [, what = title, place = ''] =
        /^(.*?) ?(\/\S*):$/.exec(title) ?? [];
      const [, cell, part = ''] = /^\/cells\/(\d+)\/?(.*)$/.exec(place) ?? [];
      return {
        what: what.replace(/ \(.*\)$/, ''),
        cell: cell === undefined ? null : Number(cell) + 1,
        part: cell === undefined ? place.slice(1) : part,
        lines
      };
    })
    .filter(({ part }) => !/execution_count$|metadata\/trusted$/.test(part));
}
