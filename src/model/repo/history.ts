import type { Compared, RepoApi } from '../../api/repos';
import type { CommitEntry, Comparison } from '../../api/wire';
import { Asked } from '../asked';
import { Store } from '../store';

export interface History {
  commits: CommitEntry[];
  hasMore: boolean;
}

/** The commits of a revision, and what one of them changed or how two revisions differ. */
export class HistoryModel {
  constructor(
    private readonly api: RepoApi,
    private readonly revision: () => string | null
  ) {}

  readonly history = new Asked<History>();
  /** What is compared; null while the list is shown. */
  readonly compared = new Store<Compared | null>(null);
  readonly comparison = new Asked<Comparison>();

  /** The newest commits; those that are shown stay in number. */
  refresh(): void {
    const shown = this.history.value?.commits.length ?? 0;
    void this.history.ask(async () => {
      let found: History = await this.api.commits(this.revision(), 0);
      while (found.hasMore && found.commits.length < shown) {
        found = await this.extended(found);
      }
      return found;
    });
  }

  /** Older commits, too. */
  more(): void {
    const shown = this.history.value;
    if (shown?.hasMore) {
      void this.history.ask(() => this.extended(shown));
    }
  }

  compare(compared: Compared): void {
    this.compared.set(compared);
    this.comparison.clear();
    void this.comparison.ask(() => this.api.diff(compared));
  }

  /** All lines of *path*, of which only the first were shown. */
  async whole(path: string): Promise<void> {
    const shown = this.comparison.value;
    const compared = this.compared.state;
    if (!shown || !compared) {
      return;
    }
    await this.comparison.ask(async () => {
      const { files } = await this.api.diff({ ...compared, path });
      return withFiles(shown, files);
    });
  }

  back(): void {
    this.compared.set(null);
  }

  /** Another revision is shown from now on. */
  reset(): void {
    this.back();
    this.history.clear();
  }

  dispose(): void {
    this.history.dispose();
    this.comparison.dispose();
  }

  private async extended(shown: History): Promise<History> {
    const { commits, hasMore } = await this.api.commits(
      this.revision(),
      shown.commits.length
    );
    return { commits: [...shown.commits, ...commits], hasMore };
  }
}

/** *comparison* with *files* in the place of those of the same path. */
export function withFiles(
  comparison: Comparison,
  files: Comparison['files']
): Comparison {
  const given = new Map(files.map(file => [file.path, file]));
  return {
    ...comparison,
    files: comparison.files.map(file => given.get(file.path) ?? file)
  };
}
