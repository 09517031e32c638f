import { Signal } from '@lumino/signaling';
import type { ListedModels } from '../api/models';
import type { Event as HubEvent, ModelList, ModelSummary } from '../api/wire';
import type { Connection } from './connection';
import { Delayed } from './delayed';
import type { Failure } from './failure';
import { failure } from './failure';
import { Store } from './store';

export type ModelsState =
  | { is: 'busy' }
  | { is: 'listed'; models: ModelSummary[]; total: number }
  | { is: 'failed'; why: Failure };

/** Something that came while one watched: who published which version. */
export interface News {
  id: string;
  tag: string | null;
  by: string;
}

const PAGE = 50;
const SETTLE_MS = 150;

/** The list of models, mine or all, kept as the hub has it. */
export class ModelsModel {
  constructor(
    private readonly ask: (asked: ListedModels) => Promise<ModelList>,
    connection: Connection
  ) {
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.refresh, this);
  }

  readonly store = new Store<ModelsState>({ is: 'busy' });
  readonly mine = new Store(false);
  readonly news = new Store<News | null>(null);

  show({ mine }: { mine: boolean }): void {
    if (mine !== this.mine.state) {
      this.mine.set(mine);
      this.wanted = PAGE;
      this.store.set({ is: 'busy' });
      this.refresh();
    }
  }

  /** Ask anew; what is shown stays until the answer is there. */
  refresh(): void {
    void this.load();
  }

  more(): void {
    this.wanted += PAGE;
    this.refresh();
  }

  dispose(): void {
    this.settling.cancel();
    this.turn += 1;
    Signal.clearData(this);
  }

  private onEvent(_: Connection, event: HubEvent): void {
    if (event.type === 'model') {
      const { id } = event.model;
      this.news.set({ id, tag: event.tag, by: event.by.displayName });
      this.settling.soon();
    } else if (event.type === 'modelDeleted') {
      this.settling.soon();
    }
  }

  private async load(): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    const asked = { mine: this.mine.state, limit: this.wanted, offset: 0 };
    const next = await this.ask(asked).then(
      (list): ModelsState => ({ is: 'listed', ...list }),
      (error): ModelsState => ({ is: 'failed', why: failure(error) })
    );
    if (turn === this.turn) {
      this.store.set(next);
    }
  }

  private wanted = PAGE;
  private turn = 0;
  private readonly settling = new Delayed(() => this.refresh(), SETTLE_MS);
}
