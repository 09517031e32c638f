import type { Failure } from './failure';
import { failure } from './failure';
import { Store } from './store';

export type DeedState =
  { is: 'idle' } | { is: 'busy' } | { is: 'refused'; why: Failure };

/** Something that is done on the hub: one at a time, and why it was refused. */
export class Deed {
  readonly store = new Store<DeedState>({ is: 'idle' });

  /** Do it; true if the hub did. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.store.state.is === 'busy') {
      return false;
    }
    this.store.set({ is: 'busy' });
    try {
      await work();
    } catch (error) {
      this.store.set({ is: 'refused', why: failure(error) });
      return false;
    }
    this.store.set({ is: 'idle' });
    return true;
  }

  forget(): void {
    this.store.set({ is: 'idle' });
  }
}
