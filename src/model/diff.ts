import { Signal } from '@lumino/signaling';
import type { DiffApi } from '../api/diff';
import type { DiffAsked, Job, ModelDiff } from '../api/wire';
import { Asked } from './asked';
import type { Connection } from './connection';
import { Deed } from './deed';
import { FollowedJob } from './followed-job';

/** What differs between two versions, branches, models or runs. */
export class DiffModel {
  constructor(
    readonly sides: DiffAsked,
    private readonly api: DiffApi,
    private readonly connection: Connection
  ) {
    this.job = new FollowedJob(
      {
        ask: id => this.api.job(id),
        ended: job => this.ended(job),
        lost: error => void this.deed.run(() => Promise.reject(error))
      },
      connection
    );
    connection.resumed.connect(this.refresh, this);
    this.refresh();
  }

  readonly diff = new Asked<ModelDiff>();
  readonly deed = new Deed();

  /** How far the hub is with reading the weights. */
  get measuring(): FollowedJob['store'] {
    return this.job.store;
  }

  refresh(): void {
    void this.diff.ask(() => this.api.between(this.sides));
  }

  /** Let the hub read the weights of both sides. */
  async measure(): Promise<void> {
    await this.deed.run(async () => {
      this.job.follow(await this.api.measure(this.sides));
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
    this.job.dispose();
    Signal.disconnectBetween(this.connection, this);
    Signal.clearData(this);
  }

  private ended(job: Job): void {
    if (job.state === 'failed') {
      void this.deed.run(() => Promise.reject(new Error(job.detail)));
    }
    this.refresh();
  }

  private readonly job: FollowedJob;
}

/** How a side is called in the address of the page and of the hub. */
export function sideOf(id: string, revision: string | null): string {
  return revision ? `${id}@${revision}` : id;
}
