import { Signal } from '@lumino/signaling';
import type { Event as HubEvent, Job } from '../api/wire';
import type { Connection } from './connection';
import { Store } from './store';

export type Following = { is: 'idle' } | { is: 'running'; job: Job };

/** Who began the job. */
export interface JobOwner {
  /** Ask the hub how far it is. */
  ask: (id: string) => Promise<Job>;
  moved?: (job: Job) => void;
  ended: (job: Job) => void;
  /** The hub does not know it, or does not say. */
  lost: (error: unknown) => void;
}

const POLL_MS = 1500;

/** Long work of the hub that was begun here, followed until it ends. */
export class FollowedJob {
  constructor(
    private readonly owner: JobOwner,
    private readonly connection: Connection
  ) {
    connection.happened.connect(this.onEvent, this);
  }

  readonly store = new Store<Following>({ is: 'idle' });

  follow(job: Job): void {
    clearTimeout(this.timer);
    if (this.disposed) {
      return;
    }
    if (job.state === 'queued' || job.state === 'running') {
      this.store.set({ is: 'running', job });
      this.owner.moved?.(job);
      this.timer = setTimeout(() => void this.poll(job.id), POLL_MS);
    } else {
      this.store.set({ is: 'idle' });
      this.owner.ended(job);
    }
  }

  /** Look away; the job goes on. */
  leave(): void {
    clearTimeout(this.timer);
    this.store.set({ is: 'idle' });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposed = true;
    Signal.disconnectBetween(this.connection, this);
    Signal.clearData(this);
  }

  private onEvent(_: Connection, event: HubEvent): void {
    if (event.type === 'job' && this.isOf(event.job.id)) {
      this.follow(event.job);
    }
  }

  /** Events say it sooner; asking makes sure that a lost one does not leave the bar standing. */
  private async poll(id: string): Promise<void> {
    try {
      const job = await this.owner.ask(id);
      if (this.isOf(id)) {
        this.follow(job);
      }
    } catch (error) {
      if (!this.isOf(id) || this.disposed) {
        return;
      }
      if (this.connection.store.state.is === 'online') {
        this.leave();
        this.owner.lost(error);
      } else {
        this.timer = setTimeout(() => void this.poll(id), POLL_MS);
      }
    }
  }

  private isOf(id: string): boolean {
    const { state } = this.store;
    return state.is === 'running' && state.job.id === id;
  }

  private timer: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;
}
