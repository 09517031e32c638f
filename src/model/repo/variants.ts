import type { VariantsApi } from '../../api/variants';
import type { Job, VariantList } from '../../api/wire';
import { Asked } from '../asked';
import type { Connection } from '../connection';
import { Deed } from '../deed';
import { FollowedJob } from '../followed-job';

/** The forms in which a model exists, and the job that makes some. */
export class VariantsModel {
  constructor(
    private readonly api: VariantsApi,
    private readonly revision: () => string | null,
    connection: Connection
  ) {
    this.job = new FollowedJob(
      {
        ask: id => this.api.job(id),
        ended: job => this.ended(job),
        lost: error => void this.deed.run(() => Promise.reject(error))
      },
      connection
    );
  }

  readonly list = new Asked<VariantList>();
  readonly deed = new Deed();

  /** How far the hub is with making some. */
  get making(): FollowedJob['store'] {
    return this.job.store;
  }

  refresh(): void {
    void this.list.ask(() => this.api.list(this.revision()));
  }

  async make(format: string): Promise<void> {
    const revision = this.revision() ?? 'main';
    await this.deed.run(async () => {
      this.job.follow(await this.api.make({ formats: [format], revision }));
    });
  }

  dispose(): void {
    this.list.dispose();
    this.job.dispose();
  }

  private ended(job: Job): void {
    if (job.state === 'failed') {
      void this.deed.run(() => Promise.reject(new Error(job.detail)));
    }
    this.refresh();
  }

  private readonly job: FollowedJob;
}
