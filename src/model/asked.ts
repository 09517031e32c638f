import type { Failure } from './failure';
import { failure } from './failure';
import { Store } from './store';

export type Answer<T> =
  { is: 'busy' } | { is: 'shown'; value: T } | { is: 'failed'; why: Failure };

/** The answer to the newest question; older answers that come late are not shown. */
export class Asked<T> {
  readonly store = new Store<Answer<T>>({ is: 'busy' });

  /** What is shown, if something is. */
  get value(): T | null {
    const { state } = this.store;
    return state.is === 'shown' ? state.value : null;
  }

  /** Ask; what is shown stays until the answer is there. */
  async ask(question: () => Promise<T>): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    const next = await question().then(
      (value): Answer<T> => ({ is: 'shown', value }),
      (error): Answer<T> => ({ is: 'failed', why: failure(error) })
    );
    if (turn === this.turn) {
      this.store.set(next);
    }
  }

  /** Show *value*, whatever is still on its way. */
  show(value: T): void {
    this.turn += 1;
    this.store.set({ is: 'shown', value });
  }

  /** Show that something else is being asked. */
  clear(): void {
    this.turn += 1;
    this.store.set({ is: 'busy' });
  }

  dispose(): void {
    this.turn += 1;
  }

  private turn = 0;
}
