import { Signal } from '@lumino/signaling';
import type { MeaningUnread, RepoKind } from '../api/wire';
import { Delayed } from './delayed';
import type { SearchModel } from './search';
import { Store } from './store';

/** Whether everything is found by what it means, or some of it by its words alone as yet. */
export type Reading =
  | { is: 'all' }
  | { is: 'reading'; left: MeaningUnread }
  /** It is all, since the search that is shown. */
  | { is: 'done' };

export type AskMeaning = (kind: RepoKind) => Promise<MeaningUnread | null>;

const AGAIN_MS = 3000;

/** How far the hub has read what repos mean, while it does; as the last search told, and live after it. */
export class MeaningModel {
  constructor(
    private readonly search: SearchModel,
    private readonly ask: AskMeaning
  ) {
    search.store.changed.connect(this.onFound, this);
  }

  readonly store = new Store<Reading>({ is: 'all' });

  dispose(): void {
    this.turn += 1;
    this.again.cancel();
    Signal.clearData(this);
  }

  private onFound(): void {
    const { state } = this.search.store;
    if (state.is === 'found') {
      this.turn += 1;
      this.show(state.reply.meaning, { is: 'all' });
    } else if (state.is === 'idle') {
      this.turn += 1;
      this.show(null, { is: 'all' });
    }
  }

  private show(left: MeaningUnread | null, otherwise: Reading): void {
    this.again.cancel();
    this.store.set(left ? { is: 'reading', left } : otherwise);
    if (left && !left.stopped) {
      this.again.soon();
    }
  }

  private async look(): Promise<void> {
    const { turn } = this;
    try {
      const left = await this.ask(this.search.kind.state);
      if (turn === this.turn) {
        this.show(left, { is: 'done' });
      }
    } catch {
      if (turn === this.turn) {
        this.again.soon();
      }
    }
  }

  private turn = 0;
  private readonly again = new Delayed(() => void this.look(), AGAIN_MS);
}
