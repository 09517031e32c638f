import type { UpstreamsApi } from '../api/upstreams';
import type { OtherHubs, OtherRepoPage, RepoKind } from '../api/wire';
import { Asked } from './asked';
import { Deed } from './deed';

/** The other hubs, and one's own tokens for them. */
export class OtherHubsModel {
  constructor(private readonly api: UpstreamsApi) {}

  readonly hubs = new Asked<OtherHubs>();
  readonly deed = new Deed();

  refresh(): void {
    void this.hubs.ask(() => this.api.hubs());
  }

  async keep(hub: string, token: string): Promise<boolean> {
    return this.done(() => this.api.keepToken(hub, token));
  }

  async forget(hub: string): Promise<boolean> {
    return this.done(() => this.api.forgetToken(hub));
  }

  dispose(): void {
    this.hubs.dispose();
  }

  private async done(work: () => Promise<void>): Promise<boolean> {
    const done = await this.deed.run(work);
    this.refresh();
    return done;
  }
}

/** The page of a repo that is on another hub. */
export class OtherPageModel {
  constructor(
    readonly kind: RepoKind,
    readonly id: string,
    private readonly api: UpstreamsApi
  ) {}

  readonly page = new Asked<OtherRepoPage>();

  refresh(): void {
    void this.page.ask(() => this.api.page(this.kind, this.id));
  }

  dispose(): void {
    this.page.dispose();
  }
}
