import type { GatesApi } from '../../api/gates';
import type {
  AliasList,
  ExampleAsked,
  ExampleComparison,
  ExampleTable,
  GateAsked,
  GateRun,
  GateRuns
} from '../../api/wire';
import { Asked } from '../asked';
import { Deed } from '../deed';
import { Store } from '../store';

/** The log of a run as far as it was read. */
export interface Log {
  run: string;
  text: string;
  next: number;
}

/** The gates of a model: runs and their logs, examples, aliases. */
export class GatesModel {
  constructor(private readonly api: GatesApi) {}

  readonly gates = new Asked<GateRuns>();
  readonly examples = new Asked<ExampleTable>();
  readonly comparison = new Asked<ExampleComparison>();
  readonly aliases = new Asked<AliasList>();
  /** The gates of the pull request that is shown. */
  readonly pull = new Asked<GateRuns>();
  readonly deed = new Deed();
  /** The log that is shown; null where none is. */
  readonly log = new Store<Log | null>(null);

  refresh(): void {
    void this.gates.ask(() => this.api.gates());
    void this.examples.ask(() => this.api.examples());
    void this.aliases.ask(() => this.api.aliases());
  }

  /** Show the gates of a pull request. */
  refreshPull(number: number): void {
    if (number !== this.pullNumber) {
      this.pullNumber = number;
      this.pull.clear();
    }
    void this.pull.ask(() => this.api.gates(number));
  }

  async run(asked: GateAsked): Promise<boolean> {
    return this.deed.run(async () => this.moved(await this.api.run(asked)));
  }

  /** Run the notebook of a version again, and show its log. */
  async reproduce(revision: string): Promise<boolean> {
    return this.deed.run(async () => {
      const run = await this.api.reproduce({ revision });
      this.moved(run);
      await this.follow(run.id);
    });
  }

  async cancel(id: string): Promise<boolean> {
    return this.deed.run(async () => this.moved(await this.api.cancel(id)));
  }

  /** Show the log of a run, or no log. */
  async follow(id: string | null): Promise<void> {
    this.log.set(id === null ? null : { run: id, text: '', next: 0 });
    await this.read();
  }

  async expect(example: ExampleAsked): Promise<boolean> {
    const done = await this.deed.run(() => this.api.expect(example));
    void this.examples.ask(() => this.api.examples());
    return done;
  }

  async unexpect(name: string): Promise<void> {
    await this.deed.run(() => this.api.unexpect(name));
    void this.examples.ask(() => this.api.examples());
  }

  compare(before: string, after: string): void {
    void this.comparison.ask(() => this.api.compare(before, after));
  }

  async promote(alias: string, tag: string, reason: string): Promise<boolean> {
    return this.deed.run(async () =>
      this.aliases.show(await this.api.setAlias(alias, { tag, reason }))
    );
  }

  /** News of a run: where it is shown, it is replaced; its log goes on. */
  moved(run: GateRun): void {
    const { gates, pull } = this;
    if (gates.value) {
      gates.show({ ...gates.value, runs: withRun(gates.value.runs, run) });
    }
    if (pull.value && run.pull !== null && run.pull === this.pullNumber) {
      pull.show({ ...pull.value, runs: withRun(pull.value.runs, run) });
    }
    if (this.log.state?.run === run.id) {
      void this.read();
    }
    if (run.endedAt !== null && this.examples.value) {
      void this.examples.ask(() => this.api.examples());
    }
  }

  dispose(): void {
    for (const one of [this.gates, this.examples, this.aliases, this.pull]) {
      one.dispose();
    }
    this.comparison.dispose();
    this.log.set(null);
  }

  /** Read what the log has more; one question at a time, so that nothing comes twice. */
  private async read(): Promise<void> {
    if (this.isReading) {
      this.isMore = true;
      return;
    }
    this.isReading = true;
    try {
      do {
        this.isMore = false;
        await this.readOn();
      } while (this.isMore);
    } finally {
      this.isReading = false;
    }
  }

  private async readOn(): Promise<void> {
    const shown = this.log.state;
    if (shown === null) {
      return;
    }
    const piece = await this.api.log(shown.run, shown.next).catch(() => null);
    const now = this.log.state;
    if (piece && now?.run === shown.run && piece.next > now.next) {
      const text = now.text + piece.text;
      this.log.set({ run: now.run, text, next: piece.next });
      this.isMore = true;
    }
    this.isMore = this.isMore || (now !== null && now.run !== shown.run);
  }

  private pullNumber = 0;
  private isReading = false;
  private isMore = false;
}

/** *runs*, newest first, with the newest news of *run*. */
export function withRun(runs: GateRun[], run: GateRun): GateRun[] {
  return runs.some(one => one.id === run.id)
    ? runs.map(one =>
        one.id === run.id ? { ...run, isCurrent: one.isCurrent } : one
      )
    : [run, ...runs];
}
