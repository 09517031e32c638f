import type { DiscussionsApi, ListedDiscussions } from '../../api/discussions';
import type {
  Comparison,
  DiscussionList,
  DiscussionPage,
  PullRequestOpening,
  StatusChange
} from '../../api/wire';
import { Asked } from '../asked';
import { Deed } from '../deed';
import { Store } from '../store';
import { withFiles } from './history';

export type DiscussionPlace =
  { is: 'list' } | { is: 'new' } | { is: 'one'; number: number };

const PAGE = 30;

/** The discussions and pull requests of a repo, and one that is read. */
export class DiscussionsModel {
  constructor(private readonly api: DiscussionsApi) {}

  readonly place = new Store<DiscussionPlace>({ is: 'list' });
  readonly status = new Store<ListedDiscussions['status']>('open');
  readonly list = new Asked<DiscussionList>();
  readonly page = new Asked<DiscussionPage>();
  readonly diff = new Asked<Comparison>();
  readonly deed = new Deed();

  refresh(): void {
    const limit = this.wanted;
    const status = this.status.state;
    void this.list.ask(() => this.api.list({ status, limit, offset: 0 }));
    const place = this.place.state;
    if (place.is === 'one') {
      this.load(place.number);
    }
  }

  filter(status: ListedDiscussions['status']): void {
    this.status.set(status);
    this.wanted = PAGE;
    this.list.clear();
    this.refresh();
  }

  more(): void {
    this.wanted += PAGE;
    this.refresh();
  }

  go(place: DiscussionPlace): void {
    this.deed.forget();
    this.place.set(place);
    if (place.is === 'one') {
      this.page.clear();
      this.diff.clear();
      this.load(place.number);
    } else {
      this.refresh();
    }
  }

  /** Begin a discussion, or a pull request if it has a branch, and show it. */
  async open(title: string, text: string): Promise<boolean> {
    return this.begin(() => this.api.open({ title, text }));
  }

  async openPull(opening: PullRequestOpening): Promise<boolean> {
    return this.begin(() => this.api.openPull(opening));
  }

  async comment(text: string): Promise<boolean> {
    return this.change(number => this.api.comment(number, text));
  }

  /** Send a file that a text is to show; the Markdown that shows it, if the hub took it. */
  async attach(file: File): Promise<string | null> {
    let shown: string | null = null;
    await this.deed.run(async () => {
      const { url } = await this.api.attach(file);
      const name = file.name.replace(/[[\]\\]/g, '');
      shown = file.type.startsWith('image/') ? `![${name}](${url})` : url;
    });
    return shown;
  }

  async edit(id: string, text: string): Promise<boolean> {
    return this.change(number => this.api.edit(number, id, text));
  }

  async hide(id: string): Promise<boolean> {
    return this.change(number => this.api.hide(number, id));
  }

  async setStatus(change: StatusChange): Promise<boolean> {
    return this.change(number => this.api.setStatus(number, change));
  }

  async rename(title: string): Promise<boolean> {
    return this.change(number => this.api.rename(number, title));
  }

  /** Merge what is shown; refused if there are newer commits. */
  async merge(): Promise<boolean> {
    const head = this.page.value?.head ?? null;
    return this.change(number => this.api.merge(number, head));
  }

  /** All lines of *path* of the diff. */
  async whole(path: string): Promise<void> {
    const shown = this.diff.value;
    const place = this.place.state;
    if (shown && place.is === 'one') {
      await this.diff.ask(async () => {
        const { files } = await this.api.diff(place.number, path);
        return withFiles(shown, files);
      });
    }
  }

  dispose(): void {
    this.list.dispose();
    this.page.dispose();
    this.diff.dispose();
  }

  private load(number: number): void {
    void this.page
      .ask(() => this.api.page(number))
      .then(() => {
        if (this.page.value?.discussion.isPullRequest) {
          void this.diff.ask(() => this.api.diff(number));
        }
      });
  }

  private async begin(open: () => Promise<DiscussionPage>): Promise<boolean> {
    return this.deed.run(async () => {
      const { discussion } = await open();
      this.go({ is: 'one', number: discussion.number });
    });
  }

  private async change(
    work: (number: number) => Promise<DiscussionPage>
  ): Promise<boolean> {
    const place = this.place.state;
    if (place.is !== 'one') {
      return false;
    }
    const done = await this.deed.run(async () => {
      this.page.show(await work(place.number));
    });
    if (this.deed.store.state.is === 'refused') {
      this.load(place.number);
    }
    return done;
  }

  private wanted = PAGE;
}
