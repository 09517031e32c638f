import type { Failure } from './failure';
import { failure } from './failure';
import type { Store } from './store';

/** What is asked of the server again and again; of several answers the one that was asked for last counts. */
export class Reload<S> {
  constructor(
    private readonly store: Store<S | { is: 'failed'; why: Failure }>,
    private readonly ask: () => Promise<S>,
    private readonly everyMs: number
  ) {}

  /** Ask now. */
  now(): void {
    this.turn += 1;
    const { turn } = this;
    void this.ask()
      .catch((error: unknown) => ({
        is: 'failed' as const,
        why: failure(error)
      }))
      .then(next => {
        if (turn === this.turn) {
          this.store.set(next);
        }
      });
  }

  /** Ask soon: not for each of many news. */
  soon(): void {
    this.later ??= setTimeout(() => {
      this.later = undefined;
      this.now();
    }, this.everyMs);
  }

  dispose(): void {
    clearTimeout(this.later);
    this.turn += 1;
  }

  private turn = 0;
  private later: ReturnType<typeof setTimeout> | undefined;
}
