import type { Hit, OtherHubs } from '../api/wire';
import { Store } from './store';

/** The hubs that are read through, as the server is set. */
export class ReadThrough {
  constructor(private readonly ask: () => Promise<OtherHubs>) {}

  /** Their addresses; none while they are not known. */
  readonly hubs = new Store<readonly string[]>([]);

  /** Know them soon; the server is asked once. */
  async want(): Promise<void> {
    if (!this.asked) {
      this.asked = true;
      try {
        const { upstreams } = await this.ask();
        this.hubs.set(upstreams.map(({ url }) => url));
      } catch {
        this.asked = false;
      }
    }
  }

  private asked = false;
}

/** Whether kernels get it through this hub from one of *hubs*, so that it can be loaded here. */
export function isReadThrough({ url }: Hit, hubs: readonly string[]): boolean {
  return hubs.some(hub => url?.startsWith(`${hub.replace(/\/+$/, '')}/`));
}
