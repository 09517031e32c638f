import type { UsesApi } from '../../api/uses';
import type { Lineage, Usage } from '../../api/wire';
import { Asked } from '../asked';

/** Who uses a repo, and where it comes from. */
export class UsesModel {
  constructor(
    private readonly api: UsesApi,
    private readonly revision: () => string | null
  ) {}

  readonly usage = new Asked<Usage>();
  readonly lineage = new Asked<Lineage>();
  readonly linked = new Asked<object>();

  refresh(): void {
    void this.usage.ask(() => this.api.usage());
    void this.lineage.ask(() => this.api.lineage());
    void this.linked.ask(() => this.api.linked(this.revision()));
  }

  dispose(): void {
    this.usage.dispose();
    this.lineage.dispose();
    this.linked.dispose();
  }
}
