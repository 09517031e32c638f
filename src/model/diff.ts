import { Signal } from '@lumino/signaling';
import type { DiffApi } from '../api/diff';
import type { DiffAsked, Event as HubEvent, Job, ModelDiff } from '../api/wire';
import { Asked } from './asked';
import type { Connection } from './connection';
import { Deed } from './deed';
import { Store } from './store';

/** How far the hub is with reading the weights. */
export type Measuring = { is: 'idle' } | { is: 'running'; job: Job };

/** What differs between two versions, branches, models or runs. */
export class DiffModel {
  constructor(
    readonly sides: DiffAsked,
    private readonly api: DiffApi,
    private readonly connection: Connection
  ) {
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.refresh, this);
    this.refresh();
  }

  readonly diff = new Asked<ModelDiff>();
  readonly measuring = new Store<Measuring>({ is: 'idle' });
  readonly deed = new Deed();

  refresh(): void {
    void this.diff.ask(() => this.api.between(this.sides));
  }

  /** Let the hub read the weights of both sides. */
  async measure(): Promise<void> {
    await this.deed.run(async () => {
      const job = await this.api.measure(this.sides);
      this.measuring.set({ is: 'running', job });
      this.heed(job);
    });
  }

  async cancel(): Promise<void> {
    const { state } = this.measuring;
    if (state.is === 'running') {
      await this.deed.run(() => this.api.cancel(state.job.id));
    }
  }

  dispose(): void {
    this.diff.dispose();
    Signal.disconnectBetween(this.connection, this);
    Signal.clearData(this);
  }

  private onEvent(_: Connection, event: HubEvent): void {
    const { state } = this.measuring;
    if (
      event.type === 'job' &&
      state.is === 'running' &&
      event.job.id === state.job.id
    ) {
      this.heed(event.job);
    }
  }

  private heed(job: Job): void {
    if (job.state === 'queued' || job.state === 'running') {
      this.measuring.set({ is: 'running', job });
      return;
    }
    this.measuring.set({ is: 'idle' });
    if (job.state === 'failed') {
      void this.deed.run(() => Promise.reject(new Error(job.detail)));
    }
    this.refresh();
  }
}

/** How a side is called in the address of the page and of the hub. */
export function sideOf(id: string, revision: string | null): string {
  return revision ? `${id}@${revision}` : id;
}
