import { Signal } from '@lumino/signaling';
import type {
  Event as HubEvent,
  Job,
  Publication,
  Run,
  RunPublication,
  Visibility
} from '../api/wire';
import type { Connection } from './connection';
import type { Failure } from './failure';
import { failure } from './failure';
import type { NameProblem } from './names';
import { partFrom, problemOfRepoId, problemOfTag } from './names';
import { Store } from './store';

export interface Draft {
  repoId: string;
  message: string;
  tag: string;
  visibility: Visibility;
}

export type PublishState =
  | { is: 'drafted'; refused: Failure | null }
  | { is: 'sent' }
  | { is: 'working'; job: Job; cancelling: boolean }
  | { is: 'done'; publication: Publication };

/** The part of api/ that publishing needs. */
export interface Publisher {
  publish: (runId: string, request: RunPublication) => Promise<Job>;
  job: (id: string) => Promise<Job>;
  cancel: (id: string) => Promise<unknown>;
}

const POLL_MS = 1500;

/** The draft of a publication, and the job that carries it out. */
export class PublishModel {
  constructor(
    readonly run: Run,
    draft: Draft,
    private readonly publisher: Publisher,
    private readonly connection: Connection
  ) {
    this.draft = new Store(draft);
    connection.happened.connect(this.onEvent, this);
  }

  readonly draft: Store<Draft>;
  readonly store = new Store<PublishState>({ is: 'drafted', refused: null });

  edit(change: Partial<Draft>): void {
    this.draft.set({ ...this.draft.state, ...change });
  }

  get problems(): { repoId: NameProblem; tag: NameProblem } {
    const { repoId, tag } = this.draft.state;
    return {
      repoId: problemOfRepoId(repoId.trim()),
      tag: problemOfTag(tag.trim())
    };
  }

  get isValid(): boolean {
    return !this.problems.repoId && !this.problems.tag;
  }

  async start(): Promise<void> {
    if (!this.isValid || this.store.state.is !== 'drafted') {
      return;
    }
    this.store.set({ is: 'sent' });
    try {
      this.take(await this.publisher.publish(this.run.id, this.request()));
    } catch (error) {
      this.refuse(failure(error));
    }
  }

  async cancel(): Promise<void> {
    const { state } = this.store;
    if (state.is !== 'working') {
      return;
    }
    this.store.set({ ...state, cancelling: true });
    try {
      await this.publisher.cancel(state.job.id);
    } catch (error) {
      this.refuse(failure(error));
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposed = true;
    Signal.clearData(this);
  }

  private request(): RunPublication {
    const { repoId, message, tag, visibility } = this.draft.state;
    return {
      repoId: repoId.trim(),
      message: message.trim(),
      tag: tag.trim() || null,
      visibility
    };
  }

  private onEvent(_: Connection, event: HubEvent): void {
    const { state } = this.store;
    if (
      event.type === 'job' &&
      state.is === 'working' &&
      event.job.id === state.job.id
    ) {
      this.take(event.job);
    }
  }

  private take(job: Job): void {
    clearTimeout(this.timer);
    if (this.disposed) {
      return;
    }
    if (job.state === 'done' && job.result) {
      this.store.set({ is: 'done', publication: job.result });
    } else if (job.state === 'failed' || job.state === 'done') {
      this.refuse({ code: 'JobFailed', message: job.detail });
    } else if (job.state === 'cancelled') {
      this.store.set({ is: 'drafted', refused: null });
    } else {
      const { state } = this.store;
      const cancelling = state.is === 'working' && state.cancelling;
      this.store.set({ is: 'working', job, cancelling });
      this.timer = setTimeout(() => void this.poll(job.id), POLL_MS);
    }
  }

  /** Events say it sooner; asking makes sure that a lost one does not leave the bar standing. */
  private async poll(id: string): Promise<void> {
    try {
      this.take(await this.publisher.job(id));
    } catch (error) {
      if (this.connection.store.state.is === 'online') {
        this.refuse(failure(error));
      } else if (!this.disposed) {
        this.timer = setTimeout(() => void this.poll(id), POLL_MS);
      }
    }
  }

  private refuse(refused: Failure): void {
    clearTimeout(this.timer);
    if (!this.disposed) {
      this.store.set({ is: 'drafted', refused });
    }
  }

  private timer: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;
}

/** The name that Jupyter gives to somebody who did not say theirs. */
const NOBODY = /^[0-9a-f]{32}$/;

/** What the dialog begins with: the user's name and what the run is about. */
export function draftFor(run: Run, user: string): Draft {
  const stem = run.notebook?.split('/').pop() ?? '';
  const about = run.experiment === 'Default' ? stem : run.experiment;
  const name = partFrom(about, partFrom(run.name, 'model'));
  return {
    repoId: `${NOBODY.test(user) ? 'team' : partFrom(user, 'team')}/${name}`,
    message: '',
    tag: '',
    visibility: 'public'
  };
}
