import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** One state at a time, and a signal when it becomes another. */
export class Store<S> {
  constructor(private current: S) {}

  get state(): S {
    return this.current;
  }

  get changed(): ISignal<this, S> {
    return this.signal;
  }

  set(next: S): void {
    if (next !== this.current) {
      this.current = next;
      this.signal.emit(next);
    }
  }

  private readonly signal = new Signal<this, S>(this);
}
