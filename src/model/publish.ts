import type {
  Job,
  Publication,
  Run,
  RunPublication,
  Visibility
} from '../api/wire';
import type { Connection } from './connection';
import type { Failure } from './failure';
import { failure } from './failure';
import { FollowedJob } from './followed-job';
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

/** The draft of a publication, and the job that carries it out. */
export class PublishModel {
  constructor(
    readonly run: Run,
    draft: Draft,
    private readonly publisher: Publisher,
    connection: Connection
  ) {
    this.draft = new Store(draft);
    this.job = new FollowedJob(
      {
        ask: id => this.publisher.job(id),
        moved: job => this.working(job),
        ended: job => this.ended(job),
        lost: error => this.refuse(failure(error))
      },
      connection
    );
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
      const { run, publisher } = this;
      this.job.follow(await publisher.publish(run.id, this.request()));
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
    this.disposed = true;
    this.job.dispose();
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

  private working(job: Job): void {
    const { state } = this.store;
    const cancelling = state.is === 'working' && state.cancelling;
    this.store.set({ is: 'working', job, cancelling });
  }

  private ended(job: Job): void {
    if (job.state === 'done' && job.result) {
      this.store.set({ is: 'done', publication: job.result });
    } else if (job.state === 'cancelled') {
      this.store.set({ is: 'drafted', refused: null });
    } else {
      this.refuse({ code: 'JobFailed', message: job.detail });
    }
  }

  private refuse(refused: Failure): void {
    this.job.leave();
    if (!this.disposed) {
      this.store.set({ is: 'drafted', refused });
    }
  }

  private readonly job: FollowedJob;
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
