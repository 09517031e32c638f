import type { AccessApi } from '../../api/access';
import type { RepoApi } from '../../api/repos';
import type {
  AccessDecided,
  AccessRequest,
  Member,
  NamespaceStorage,
  Permission,
  ProtectedRef,
  RefProtection,
  RepoAccess,
  RepoAccessChange,
  RepoStorage
} from '../../api/wire';
import { Asked } from '../asked';
import { Deed } from '../deed';

export interface Storage {
  repo: RepoStorage;
  namespace: NamespaceStorage | null;
}

/** People with roles. */
export interface Circle {
  people: Asked<Member[]>;
  setRole: (user: string, role: Permission) => Promise<boolean>;
  remove: (user: string) => Promise<boolean>;
}

/** Access, requests, members, collaborators, protected refs and storage of a repo. */
export class SettingsModel {
  constructor(
    private readonly repo: RepoApi,
    private readonly api: AccessApi
  ) {}

  readonly access = new Asked<RepoAccess>();
  readonly requests = new Asked<AccessRequest[]>();
  /** Members of its organization. */
  readonly circle: Circle = {
    people: new Asked<Member[]>(),
    setRole: (user, role) =>
      this.done(() => this.api.setRole(this.namespace, user, role)),
    remove: user => this.done(() => this.api.removeMember(this.namespace, user))
  };
  /** People with a role in this repo alone. */
  readonly collaborators: Circle = {
    people: new Asked<Member[]>(),
    setRole: (user, role) =>
      this.done(() => this.api.setCollaborator(user, role)),
    remove: user => this.done(() => this.api.removeCollaborator(user))
  };
  readonly storage = new Asked<Storage>();
  readonly deed = new Deed();

  refresh(): void {
    void this.access.ask(() => this.api.access()).then(() => this.loadRest());
  }

  /** Only who may do what. */
  loadAccess(): void {
    void this.access.ask(() => this.api.access());
  }

  async change(change: RepoAccessChange): Promise<boolean> {
    return this.changed(() => this.api.change(change));
  }

  async protect(protection: RefProtection): Promise<boolean> {
    return this.changed(() => this.api.protect(protection));
  }

  async unprotect({ kind, pattern }: ProtectedRef): Promise<boolean> {
    return this.changed(() => this.api.unprotect(kind, pattern));
  }

  async decide(user: string, decided: AccessDecided): Promise<boolean> {
    return this.done(() => this.api.decide(user, decided));
  }

  /** Ask for the files of a gated repo. */
  async request(message: string): Promise<boolean> {
    return this.done(() => this.api.request(message));
  }

  /** Give the repo another name; its new name, if the hub took it. */
  async move(to: string): Promise<string | null> {
    let id: string | null = null;
    await this.deed.run(async () => {
      id = (await this.api.move(to)).id;
    });
    return id;
  }

  async deleteRepo(): Promise<boolean> {
    return this.deed.run(() => this.repo.deleteRepo());
  }

  dispose(): void {
    this.access.dispose();
    this.requests.dispose();
    this.circle.people.dispose();
    this.collaborators.people.dispose();
    this.storage.dispose();
  }

  private get namespace(): string {
    return this.access.value?.id.split('/')[0] ?? '';
  }

  private loadRest(): void {
    const access = this.access.value;
    if (!access) {
      return;
    }
    const { namespace } = this;
    void this.storage.ask(async () => ({
      repo: await this.repo.storage(),
      namespace:
        access.may === 'read'
          ? null
          : await this.api.namespaceStorage(namespace)
    }));
    if (access.may !== 'read') {
      void this.requests.ask(async () => (await this.api.requests()).requests);
      void this.collaborators.people.ask(
        async () => (await this.api.collaborators()).members
      );
    }
    if (access.isOrganization) {
      void this.circle.people.ask(
        async () => (await this.api.members(namespace)).members
      );
    }
  }

  private async changed(work: () => Promise<RepoAccess>): Promise<boolean> {
    return this.deed.run(async () => this.access.show(await work()));
  }

  private async done(work: () => Promise<unknown>): Promise<boolean> {
    const done = await this.deed.run(work);
    this.refresh();
    return done;
  }
}
