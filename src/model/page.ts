import { Signal } from '@lumino/signaling';
import type { RepoApi, RepoName } from '../api/repos';
import type { Event as HubEvent, RepoKind, RepoPage } from '../api/wire';
import type { Connection } from './connection';
import { Delayed } from './delayed';
import type { Failure } from './failure';
import { failure } from './failure';
import type { PageApis } from './page-apis';
import { ActivityModel } from './repo/activity';
import { CollectingModel } from './repo/collecting';
import { ConflictsModel } from './repo/conflicts';
import { DiscussionsModel } from './repo/discussions';
import { FilesModel } from './repo/files';
import { GatesModel } from './repo/gates';
import { HistoryModel } from './repo/history';
import { RefsModel } from './repo/refs';
import { ReviewsModel } from './repo/reviews';
import { SettingsModel } from './repo/settings';
import { UploadModel } from './repo/upload';
import { UsesModel } from './repo/uses';
import { VariantsModel } from './repo/variants';
import { VersionsModel } from './repo/versions';
import { Store } from './store';

export type PageState =
  | { is: 'busy' }
  | { is: 'shown'; page: RepoPage }
  | { is: 'gone' }
  | { is: 'moved'; to: RepoName }
  | { is: 'failed'; why: Failure };

const PAGE_TABS = [
  'card',
  'files',
  'commits',
  'refs',
  'gates',
  'discussions',
  'activity',
  'settings'
] as const;
export type PageTab = (typeof PAGE_TABS)[number];

const SETTLE_MS = 150;

/** What the page of one repo shows, at one revision of it. */
export class PageModel {
  constructor(
    readonly repo: RepoName,
    apis: PageApis,
    connection: Connection
  ) {
    const revision = () => this.revision.state;
    this.api = apis.repo;
    this.files = new FilesModel(apis.repo, revision);
    this.history = new HistoryModel(apis.repo, revision);
    this.refs = new RefsModel(apis.repo);
    this.discussions = new DiscussionsModel(apis.discussions);
    this.settings = new SettingsModel(apis.repo, apis.access);
    this.upload = new UploadModel({ ...apis });
    this.gates = new GatesModel(apis.gates);
    this.reviews = new ReviewsModel(apis.reviews);
    this.uses = new UsesModel(apis.uses, revision);
    this.collecting = new CollectingModel(apis.collections, repo);
    this.activity = new ActivityModel(apis.activity);
    this.variants = new VariantsModel(apis.variants, revision, connection);
    this.conflicts = new ConflictsModel(apis.conflicts, connection, () =>
      this.discussions.refresh()
    );
    this.versions = new VersionsModel(apis.versions, () => this.refresh());
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.refresh, this);
  }

  readonly store = new Store<PageState>({ is: 'busy' });
  /** The revision that was asked for; null is the newest. */
  readonly revision = new Store<string | null>(null);
  readonly tab = new Store<PageTab>('card');

  readonly files: FilesModel;
  readonly history: HistoryModel;
  readonly refs: RefsModel;
  readonly discussions: DiscussionsModel;
  readonly settings: SettingsModel;
  readonly upload: UploadModel;
  readonly gates: GatesModel;
  readonly versions: VersionsModel;
  readonly conflicts: ConflictsModel;
  readonly reviews: ReviewsModel;
  readonly uses: UsesModel;
  readonly collecting: CollectingModel;
  readonly activity: ActivityModel;
  readonly variants: VariantsModel;

  get id(): string {
    return this.repo.id;
  }

  /** Show another revision; what belongs to the old one goes. */
  show(revision: string | null): void {
    this.revision.set(revision);
    this.files.reset();
    this.history.reset();
    void this.ask();
  }

  /** The repo has another name now, and this page is that of the old one. */
  leaveFor(id: string): RepoName {
    const to = { ...this.repo, id };
    this.store.set({ is: 'moved', to });
    return to;
  }

  /** Uploads go to the branch or pull request that is shown, else to main. */
  aimUpload(): void {
    const shown = this.revision.state ?? 'main';
    const branches = this.refs.refs.value?.branches ?? [];
    const isBranch =
      shown.startsWith('refs/pr/') || branches.some(one => one.name === shown);
    this.upload.branch.set(isBranch ? shown : 'main');
  }

  /** Run the notebook of a version again; its log is among the runs of the gates. */
  async reproduce(tag: string): Promise<void> {
    this.tab.set('gates');
    await this.gates.reproduce(tag);
    this.gates.refresh();
  }

  /** Put the tab of this name in front, if there is one; without asking yet. */
  turnTo(name: string | null): void {
    const tab = PAGE_TABS.find(one => one === name);
    if (tab) {
      this.tab.set(tab);
    }
  }

  open(tab: PageTab): void {
    this.tab.set(tab);
    this.refreshTab();
  }

  refresh(): void {
    if (this.store.state.is === 'moved') {
      return;
    }
    void this.ask();
  }

  dispose(): void {
    this.settling.cancel();
    this.noting.cancel();
    this.turn += 1;
    for (const part of [
      this.files,
      this.history,
      this.refs,
      this.discussions,
      this.gates,
      this.settings,
      this.upload,
      this.versions,
      this.conflicts,
      this.reviews,
      this.uses,
      this.collecting,
      this.activity,
      this.variants
    ]) {
      part.dispose();
    }
    Signal.clearData(this);
  }

  private refreshTab(): void {
    switch (this.tab.state) {
      case 'card':
        if (this.repo.kind === 'model') {
          this.versions.refresh();
          this.variants.refresh();
        }
        this.reviews.refresh();
        this.uses.refresh();
        break;
      case 'files':
        this.files.refresh();
        break;
      case 'commits':
        this.history.refresh();
        break;
      case 'refs':
        this.refs.refresh();
        break;
      case 'gates':
        this.gates.refresh();
        break;
      case 'discussions':
        this.discussions.refresh();
        break;
      case 'activity':
        this.activity.refresh();
        break;
      case 'settings':
        this.settings.refresh();
        break;
    }
  }

  private onEvent(_: Connection, event: HubEvent): void {
    if (event.type === 'gate') {
      if (this.isMine('model', event.run.repoId)) {
        this.gates.moved(event.run);
        this.noted();
      }
    } else if (event.type === 'model') {
      this.changed('model', event.model.id);
    } else if (event.type === 'repo') {
      this.changed(event.kind, event.id);
    } else if (event.type === 'discussion') {
      this.changed(event.kind, event.repoId);
    } else if (event.type === 'reviews') {
      if (this.isMine(event.kind, event.repoId)) {
        this.reviews.refresh();
        this.noted();
      }
    } else if (event.type === 'modelDeleted') {
      this.deleted('model', event.id);
    } else if (event.type === 'repoGone') {
      this.deleted(event.kind, event.id);
    }
  }

  private changed(kind: RepoKind, id: string): void {
    if (this.isMine(kind, id)) {
      this.settling.soon();
    }
  }

  /** Something happened that only the list of what happened shows. */
  private noted(): void {
    if (this.tab.state === 'activity') {
      this.noting.soon();
    }
  }

  private deleted(kind: RepoKind, id: string): void {
    if (this.isMine(kind, id)) {
      this.store.set({ is: 'gone' });
    }
  }

  private isMine(kind: RepoKind, id: string): boolean {
    return kind === this.repo.kind && id === this.repo.id;
  }

  /** The page first: what stands around it would keep the hub from answering it. */
  private async ask(): Promise<void> {
    if (await this.load()) {
      this.refs.refresh();
      this.refreshTab();
    }
  }

  /** True unless somebody asked again meanwhile. */
  private async load(): Promise<boolean> {
    this.turn += 1;
    const { turn } = this;
    const next = await this.api.page(this.revision.state).then(
      (page): PageState => ({ is: 'shown', page }),
      (error): PageState => ({ is: 'failed', why: failure(error) })
    );
    const isNewest = turn === this.turn;
    if (isNewest) {
      this.store.set(next);
    }
    return isNewest;
  }

  private turn = 0;
  private readonly api: RepoApi;
  private readonly noting = new Delayed(
    () => this.activity.refresh(),
    SETTLE_MS
  );
  private readonly settling = new Delayed(() => this.refresh(), SETTLE_MS);
}
