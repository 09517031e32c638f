import type { RepoApi } from '../../api/repos';
import type { Tree, TreeEntry } from '../../api/wire';
import { Asked } from '../asked';
import { Deed } from '../deed';
import { Store } from '../store';
import type { Preview } from './preview';
import { previewOf } from './preview';

const MORE_BYTES = 2 << 20;

/** Where one is among the files of a revision: a folder, and perhaps a file that is looked at. */
export class FilesModel {
  constructor(
    private readonly api: RepoApi,
    private readonly revision: () => string | null
  ) {}

  readonly tree = new Asked<Tree>();
  readonly folder = new Store('');
  readonly file = new Store<TreeEntry | null>(null);
  readonly preview = new Asked<Preview>();
  /** The deletion of a file. */
  readonly deed = new Deed();

  refresh(): void {
    const folder = this.folder.state;
    void this.tree.ask(() => this.api.tree(this.revision(), folder));
  }

  /** Show folder *path*; the root is empty. */
  enter(path: string): void {
    this.file.set(null);
    this.folder.set(path);
    this.tree.clear();
    this.refresh();
  }

  /** Show the beginning of *file*. */
  open(file: TreeEntry): void {
    this.file.set(file);
    this.preview.clear();
    void this.preview.ask(() => previewOf(this.api, file));
  }

  /** Show more of a long text. */
  more(): void {
    const file = this.file.state;
    const shown = this.preview.value;
    if (file && shown?.is === 'text') {
      const most = shown.shownBytes + MORE_BYTES;
      void this.preview.ask(() => previewOf(this.api, file, most));
    }
  }

  /** Another revision is shown from now on. */
  reset(): void {
    this.file.set(null);
    this.tree.clear();
  }

  close(): void {
    this.file.set(null);
  }

  /** Delete *entry* from *branch* by a commit of its own. */
  async delete(entry: TreeEntry, branch: string): Promise<boolean> {
    const done = await this.deed.run(() =>
      this.api.commit({
        message: `Delete ${entry.path}`,
        branch,
        deletes: [entry.path]
      })
    );
    if (done) {
      this.file.set(null);
      this.refresh();
    }
    return done;
  }

  dispose(): void {
    this.tree.dispose();
    this.preview.dispose();
  }
}

/** The folders that lead to *path*, from the top: name and path of each. */
export function stepsTo(path: string): { name: string; path: string }[] {
  const parts = path ? path.split('/') : [];
  return parts.map((name, index) => ({
    name,
    path: parts.slice(0, index + 1).join('/')
  }));
}
