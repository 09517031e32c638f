import { Signal } from '@lumino/signaling';
import type { Event as HubEvent, RepoKind, RepoList } from '../api/wire';
import { Asked } from './asked';
import type { Connection } from './connection';
import { Delayed } from './delayed';
import { Store } from './store';

/** How a page of repos is asked for. */
export type AskRepos = (
  kind: RepoKind,
  asked: { mine: boolean; limit: number; offset: number }
) => Promise<RepoList>;

const PAGE = 50;
const SETTLE_MS = 150;

/** Which kind of repo the panel lists; datasets and spaces are listed here, models in `ModelsModel`. */
export class ReposModel {
  constructor(
    private readonly ask: AskRepos,
    connection: Connection
  ) {
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.refresh, this);
  }

  readonly kind = new Store<RepoKind>('model');
  readonly repos = new Asked<RepoList>();

  show(kind: RepoKind): void {
    this.kind.set(kind);
    this.wanted = PAGE;
    this.repos.clear();
    this.refresh();
  }

  refresh(): void {
    const kind = this.kind.state;
    if (kind !== 'model') {
      const asked = { mine: false, limit: this.wanted, offset: 0 };
      void this.repos.ask(() => this.ask(kind, asked));
    }
  }

  more(): void {
    this.wanted += PAGE;
    this.refresh();
  }

  dispose(): void {
    this.settling.cancel();
    this.repos.dispose();
    Signal.clearData(this);
  }

  private onEvent(_: Connection, event: HubEvent): void {
    if (event.type === 'repo' || event.type === 'repoGone') {
      this.settling.soon();
    }
  }

  private wanted = PAGE;
  private readonly settling = new Delayed(() => this.refresh(), SETTLE_MS);
}
