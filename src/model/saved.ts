import { Signal } from '@lumino/signaling';
import type { SavedApi } from '../api/search';
import type {
  Event as HubEvent,
  NewSavedSearch,
  SavedSearch,
  SavedSearchList
} from '../api/wire';
import { Asked } from './asked';
import type { Connection } from './connection';
import { Deed } from './deed';
import { Store } from './store';

/** The searches that one keeps, and how much is new in them. */
export class SavedModel {
  constructor(
    private readonly api: SavedApi,
    connection: Connection
  ) {
    connection.happened.connect(this.onEvent, this);
    connection.resumed.connect(this.refresh, this);
  }

  readonly list = new Asked<SavedSearchList>();
  readonly deed = new Deed();
  /** How many new things wait. */
  readonly fresh = new Store(0);

  refresh(): void {
    void this.list.ask(() => this.api.list()).then(() => this.count());
  }

  async save(search: NewSavedSearch): Promise<boolean> {
    const done = await this.deed.run(() => this.api.save(search));
    this.refresh();
    return done;
  }

  async remove({ id }: SavedSearch): Promise<void> {
    await this.deed.run(() => this.api.remove(id));
    this.refresh();
  }

  /** Its owner looks at *search*. */
  async see({ id }: SavedSearch): Promise<void> {
    await this.deed.run(() => this.api.see(id));
    this.refresh();
  }

  dispose(): void {
    this.list.dispose();
    Signal.clearData(this);
  }

  private count(): void {
    const searches = this.list.value?.searches ?? [];
    this.fresh.set(searches.reduce((sum, one) => sum + one.fresh.length, 0));
  }

  private onEvent(_: Connection, event: HubEvent): void {
    if (event.type === 'savedSearch') {
      this.refresh();
    }
  }
}
