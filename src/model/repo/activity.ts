import type { ActivityApi } from '../../api/activity';
import type { ActivityList } from '../../api/wire';
import { Asked } from '../asked';

/** What happened to a repo, newest first, as far back as somebody asked. */
export class ActivityModel {
  constructor(private readonly api: ActivityApi) {}

  readonly list = new Asked<ActivityList>();

  /** The newest; as many as are shown. */
  refresh(): void {
    const shown = this.list.value?.activities.length ?? 0;
    void this.list.ask(async () => {
      let found = await this.api.list(0);
      while (found.hasMore && found.activities.length < shown) {
        found = await this.extended(found);
      }
      return found;
    });
  }

  /** What happened before, too. */
  more(): void {
    const shown = this.list.value;
    if (shown?.hasMore) {
      void this.list.ask(() => this.extended(shown));
    }
  }

  dispose(): void {
    this.list.dispose();
  }

  private async extended(found: ActivityList): Promise<ActivityList> {
    const { activities } = found;
    const next = await this.api.list(activities.length);
    // What happened meanwhile moves everything down: some of it comes twice.
    const known = new Set(activities.map(({ id }) => id));
    const fresh = next.activities.filter(({ id }) => !known.has(id));
    return { activities: [...activities, ...fresh], hasMore: next.hasMore };
  }
}
