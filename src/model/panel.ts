import type { Connection } from './connection';
import type { MeaningModel } from './meaning';
import type { ModelsModel } from './models';
import type { ReadThrough } from './read-through';
import type { ReposModel } from './repos';
import type { RunsModel } from './runs';
import type { SavedModel } from './saved';
import type { SearchModel } from './search';
import { Store } from './store';

export type TabId = 'search' | 'models' | 'runs';

/** What the panel shows: three tabs, one of them in front. */
export class PanelModel {
  constructor(
    readonly connection: Connection,
    readonly search: SearchModel,
    readonly models: ModelsModel,
    readonly runs: RunsModel,
    readonly repos: ReposModel,
    readonly saved: SavedModel,
    readonly through: ReadThrough,
    readonly meaning: MeaningModel
  ) {}

  readonly tab = new Store<TabId>('search');

  /** Ask for the first time, when the panel is first seen. */
  start(): void {
    if (!this.started) {
      this.started = true;
      this.models.refresh();
      this.runs.refresh();
      this.saved.refresh();
    }
  }

  dispose(): void {
    this.meaning.dispose();
    this.search.dispose();
    this.models.dispose();
    this.runs.dispose();
    this.repos.dispose();
    this.saved.dispose();
  }

  private started = false;
}
