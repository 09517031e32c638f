import type { VersionsApi } from '../../api/versions';
import type {
  DeprecationRequest,
  MetricHistory,
  RollbackRequest
} from '../../api/wire';
import { Asked } from '../asked';
import { Deed } from '../deed';

/** What people decide about the versions of a model, and how its numbers went over them. */
export class VersionsModel {
  constructor(
    private readonly api: VersionsApi,
    private readonly changed: () => void
  ) {}

  readonly history = new Asked<MetricHistory>();
  readonly deed = new Deed();

  refresh(): void {
    void this.history.ask(() => this.api.history());
  }

  async deprecate(tag: string, asked: DeprecationRequest): Promise<boolean> {
    return this.change(() => this.api.deprecate(tag, asked));
  }

  async lift(tag: string): Promise<boolean> {
    return this.change(() => this.api.lift(tag));
  }

  async rollback(asked: RollbackRequest): Promise<boolean> {
    return this.change(() => this.api.rollback(asked));
  }

  dispose(): void {
    this.history.dispose();
  }

  private async change(work: () => Promise<unknown>): Promise<boolean> {
    const done = await this.deed.run(work);
    if (done) {
      this.changed();
    }
    return done;
  }
}
