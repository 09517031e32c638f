import type { RepoApi } from '../../api/repos';
import type { RefEntry, RefList, RefRequest } from '../../api/wire';
import { Asked } from '../asked';
import { Deed } from '../deed';

/** Branches and tags: listed, made, deleted. */
export class RefsModel {
  constructor(private readonly api: RepoApi) {}

  readonly refs = new Asked<RefList>();
  readonly deed = new Deed();

  refresh(): void {
    void this.refs.ask(() => this.api.refs());
  }

  async create(request: RefRequest): Promise<boolean> {
    return this.done(() => this.api.createRef(request));
  }

  async delete(ref: RefEntry): Promise<boolean> {
    return this.done(() => this.api.deleteRef(ref.kind, ref.name));
  }

  /** Bring back what was deleted a moment ago. */
  async restore(ref: RefEntry): Promise<boolean> {
    const { kind, name, commit, message } = ref;
    return this.create({ kind, name, start: commit, message });
  }

  dispose(): void {
    this.refs.dispose();
  }

  private async done(work: () => Promise<unknown>): Promise<boolean> {
    const done = await this.deed.run(work);
    if (done) {
      this.refresh();
    }
    return done;
  }
}
