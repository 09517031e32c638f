import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Listener } from '../api/events';
import type { Event as HubEvent } from '../api/wire';
import { Store } from './store';

export type ConnectionState =
  { is: 'connecting' } | { is: 'online' } | { is: 'offline'; waitMs: number };

/** What the connection holds open; `EventStream` is the real one. */
export interface Stream {
  retry: () => void;
  close: () => void;
}

/** The live line to the hub: passes events on, and says when everything has to be asked anew. */
export class Connection {
  constructor(private readonly open: (listener: Listener) => Stream) {}

  readonly store = new Store<ConnectionState>({ is: 'connecting' });

  get happened(): ISignal<this, HubEvent> {
    return this.happenedSignal;
  }

  /** The line was down and is back: events may have been missed. */
  get resumed(): ISignal<this, void> {
    return this.resumedSignal;
  }

  start(): void {
    this.stream ??= this.open({
      event: event => this.happenedSignal.emit(event),
      lost: waitMs => this.store.set({ is: 'offline', waitMs }),
      opened: again => {
        const missed = again || this.store.state.is === 'offline';
        this.store.set({ is: 'online' });
        if (missed) {
          this.resumedSignal.emit();
        }
      }
    });
  }

  retry(): void {
    this.stream?.retry();
  }

  dispose(): void {
    this.stream?.close();
    Signal.clearData(this);
  }

  private readonly happenedSignal = new Signal<this, HubEvent>(this);
  private readonly resumedSignal = new Signal<this, void>(this);
  private stream: Stream | null = null;
}
