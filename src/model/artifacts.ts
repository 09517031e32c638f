import type { ArtifactPreview, RunArtifact, RunArtifacts } from '../api/wire';
import type { Failure } from './failure';
import { failure } from './failure';
import { Store } from './store';

export type ArtifactsState =
  | { is: 'busy' }
  | { is: 'shown'; folder: string; entries: RunArtifact[] }
  | { is: 'failed'; why: Failure };

export type PreviewState =
  | { is: 'none' }
  | { is: 'busy'; path: string }
  | { is: 'shown'; preview: ArtifactPreview }
  | { is: 'failed'; why: Failure };

/** The files of a run: one folder is open, one file is looked at. */
export class ArtifactsModel {
  constructor(
    private readonly list: (folder: string) => Promise<RunArtifacts>,
    private readonly preview: (path: string) => Promise<ArtifactPreview>
  ) {}

  readonly store = new Store<ArtifactsState>({ is: 'busy' });
  readonly looked = new Store<PreviewState>({ is: 'none' });

  async open(folder: string): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    const next = await this.list(folder).then(
      ({ entries }): ArtifactsState => ({ is: 'shown', folder, entries }),
      (error): ArtifactsState => ({ is: 'failed', why: failure(error) })
    );
    if (turn === this.turn) {
      this.store.set(next);
    }
  }

  async look(path: string): Promise<void> {
    this.looked.set({ is: 'busy', path });
    const next = await this.preview(path).then(
      (preview): PreviewState => ({ is: 'shown', preview }),
      (error): PreviewState => ({ is: 'failed', why: failure(error) })
    );
    const { state } = this.looked;
    if (state.is === 'busy' && state.path === path) {
      this.looked.set(next);
    }
  }

  private turn = 0;
}
