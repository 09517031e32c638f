import type { ConflictsApi } from '../../api/conflicts';
import type {
  ConflictFile,
  ConflictPart,
  Job,
  PullConflicts,
  SolvedFile,
  WeightRecipe
} from '../../api/wire';
import { Asked } from '../asked';
import type { Connection } from '../connection';
import { Deed } from '../deed';
import { FollowedJob } from '../followed-job';
import { Store } from '../store';

/** What somebody decided of a part of a text: one side, both, or words of their own. */
export type PartChoice =
  | { is: 'open' }
  | { is: 'target' }
  | { is: 'pull' }
  | { is: 'both' }
  | { is: 'own'; text: string };

export type FileChoice =
  | { is: 'open' }
  | { is: 'target' }
  | { is: 'pull' }
  | { is: 'mixed' }
  | { is: 'parts'; parts: PartChoice[] };

export type Choices = ReadonlyMap<string, FileChoice>;

/** The lines that a choice makes of a part; null as long as nobody decided. */
export function textOf(part: ConflictPart, choice: PartChoice): string | null {
  if (part.merged !== null) {
    return part.merged;
  }
  switch (choice.is) {
    case 'open':
      return null;
    case 'target':
      return part.target;
    case 'pull':
      return part.pull;
    case 'both':
      return part.target + part.pull;
    case 'own':
      return choice.text;
  }
}

/** What becomes of a file; null as long as something is open. */
export function solutionOf(
  file: ConflictFile,
  choice: FileChoice
): SolvedFile | null {
  const { path } = file;
  switch (choice.is) {
    case 'open':
      return null;
    case 'target':
    case 'pull':
    case 'mixed':
      return { path, take: choice.is, text: '' };
    case 'parts': {
      const texts = file.parts.map((part, index) =>
        textOf(part, choice.parts[index] ?? { is: 'open' })
      );
      return texts.every(text => text !== null)
        ? { path, take: 'text', text: texts.join('') }
        : null;
    }
  }
}

const LINEAR: WeightRecipe = {
  method: 'linear',
  shares: [0.5, 0.5],
  density: 0.5,
  scale: 1
};

/** The conflicts of one pull request, and what somebody decided so far. */
export class ConflictsModel {
  constructor(
    private readonly api: ConflictsApi,
    connection: Connection,
    private readonly solved: () => void
  ) {
    this.job = new FollowedJob(
      {
        ask: id => this.api.job(id),
        ended: job => this.ended(job),
        lost: error => void this.deed.run(() => Promise.reject(error))
      },
      connection
    );
  }

  readonly conflicts = new Asked<PullConflicts>();
  readonly choices = new Store<Choices>(new Map());
  readonly recipe = new Store<WeightRecipe>(LINEAR);
  readonly deed = new Deed();

  /** How far the hub is with mixing weights. */
  get mixing(): FollowedJob['store'] {
    return this.job.store;
  }

  /** Look at the conflicts of a pull request; what was decided stays while its commits do. */
  show(number: number): void {
    void this.conflicts.ask(async () => {
      const found = await this.api.conflicts(number);
      const seen = `${number} ${found.head} ${found.targetHead}`;
      if (seen !== this.seen) {
        this.seen = seen;
        this.choices.set(new Map());
      }
      return found;
    });
  }

  choose(path: string, choice: FileChoice): void {
    this.choices.set(new Map(this.choices.state).set(path, choice));
  }

  choosePart(file: ConflictFile, at: number, choice: PartChoice): void {
    const before = this.choices.state.get(file.path);
    const parts = file.parts.map((_, index): PartChoice =>
      index === at
        ? choice
        : ((before?.is === 'parts' ? before.parts[index] : undefined) ?? {
            is: 'open'
          })
    );
    this.choose(file.path, { is: 'parts', parts });
  }

  /** All that was decided; null as long as something is open. */
  files(): SolvedFile[] | null {
    const found = (this.conflicts.value?.files ?? []).map(file =>
      solutionOf(file, this.choices.state.get(file.path) ?? { is: 'open' })
    );
    return found.every(one => one !== null) ? found : null;
  }

  async solve(number: number): Promise<void> {
    const shown = this.conflicts.value;
    const files = this.files();
    if (!shown || !files) {
      return;
    }
    await this.deed.run(async () => {
      const { head, targetHead } = shown;
      const weights = this.recipe.state;
      const asked = { head, targetHead, files, weights };
      const { job } = await this.api.solve(number, asked);
      if (job) {
        this.job.follow(job);
      } else {
        this.solved();
      }
    });
  }

  dispose(): void {
    this.conflicts.dispose();
    this.job.dispose();
  }

  private ended(job: Job): void {
    if (job.state === 'failed') {
      void this.deed.run(() => Promise.reject(new Error(job.detail)));
    } else {
      this.solved();
    }
  }

  private readonly job: FollowedJob;
  private seen = '';
}
