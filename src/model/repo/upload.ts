import type { BlobsApi } from '../../api/blobs';
import type { RepoApi } from '../../api/repos';
import type { CommitEntry } from '../../api/wire';
import type { Failure } from '../failure';
import { failure } from '../failure';
import { Store } from '../store';
import { pause, refuseStopped, send } from './sending';

/** A file that the user chose, and the path that it will have. */
export interface Chosen {
  path: string;
  file: Blob;
}

export type FileState =
  | { is: 'waiting' }
  | { is: 'hashing'; bytes: number }
  | { is: 'sending'; bytes: number; isOffline: boolean }
  | { is: 'sent' };

export interface UploadFile extends Chosen {
  state: FileState;
}

export type UploadState =
  | { is: 'choosing'; refused: Failure | null }
  | { is: 'working' }
  | { is: 'committing' }
  | { is: 'done'; commit: CommitEntry; count: number };

/** Finds the SHA-256 of a file, away from the user interface, and tells how far it is. */
export type Hash = (
  file: Blob,
  progress: (bytes: number) => void,
  signal: AbortSignal
) => Promise<string>;

export interface UploadTools {
  repo: Pick<RepoApi, 'commit'>;
  blobs: BlobsApi;
  hash: Hash;
}

/**
 * Files on their way into one commit: hashed, sent, and only when all are there, committed.
 *
 * Until then nothing of them is visible; the same files chosen again go on where they stopped.
 */
export class UploadModel {
  constructor(private readonly tools: UploadTools) {}

  readonly files = new Store<readonly UploadFile[]>([]);
  readonly store = new Store<UploadState>({ is: 'choosing', refused: null });
  readonly message = new Store('');
  readonly branch = new Store('main');

  /** More files; one of the same path replaces the one before. */
  add(chosen: Chosen[], folder: string): void {
    if (this.store.state.is === 'done') {
      this.reset();
    }
    const prefix = folder ? `${folder}/` : '';
    const added = new Map(
      chosen.map(({ path, file }): [string, UploadFile] => [
        prefix + path,
        { path: prefix + path, file, state: { is: 'waiting' } }
      ])
    );
    const kept = this.files.state.filter(({ path }) => !added.has(path));
    this.files.set([...kept, ...added.values()]);
  }

  remove(path: string): void {
    this.files.set(this.files.state.filter(file => file.path !== path));
  }

  /** The message that is proposed. */
  get proposed(): string {
    const [first, ...others] = this.files.state;
    return first && others.length === 0
      ? `Upload ${first.path}`
      : `Upload ${this.files.state.length} files`;
  }

  /** Send all files, then commit them. */
  async start(): Promise<void> {
    if (this.store.state.is !== 'choosing' || !this.files.state.length) {
      return;
    }
    const stop = new AbortController();
    this.stop = stop;
    this.store.set({ is: 'working' });
    try {
      const digests = await this.hashAll(stop.signal);
      await this.sendAll(digests, stop.signal);
      refuseStopped(stop.signal);
      this.store.set({ is: 'committing' });
      const commit = await this.commit(digests);
      this.store.set({ is: 'done', commit, count: digests.size });
    } catch (error) {
      const refused = stop.signal.aborted ? null : failure(error);
      this.waitAgain();
      this.store.set({ is: 'choosing', refused });
    }
  }

  /** Stop; what was sent is kept for a while, so that a second try is short. */
  cancel(): void {
    this.stop?.abort();
  }

  /** Forget all that was chosen. */
  reset(): void {
    this.cancel();
    this.files.set([]);
    this.message.set('');
    this.store.set({ is: 'choosing', refused: null });
  }

  dispose(): void {
    this.cancel();
  }

  private async hashAll(signal: AbortSignal): Promise<Map<string, string>> {
    const digests = new Map<string, string>();
    for (const { path, file } of this.files.state) {
      refuseStopped(signal);
      this.mark(path, { is: 'hashing', bytes: 0 });
      const progress = (bytes: number) =>
        this.mark(path, { is: 'hashing', bytes });
      digests.set(path, await this.tools.hash(file, progress, signal));
    }
    return digests;
  }

  private async sendAll(
    digests: Map<string, string>,
    signal: AbortSignal
  ): Promise<void> {
    const { blobs } = this.tools;
    const { digests: missing } = await blobs.missing([...digests.values()]);
    const wanted = new Set(missing);
    for (const { path, file } of this.files.state) {
      const digest = digests.get(path);
      if (digest && wanted.delete(digest)) {
        await this.sendOne(path, file, digest, signal);
      }
      this.mark(path, { is: 'sent' });
    }
  }

  private async sendOne(
    path: string,
    file: Blob,
    digest: string,
    signal: AbortSignal
  ): Promise<void> {
    let bytes = 0;
    let isOffline = false;
    const mark = () => this.mark(path, { is: 'sending', bytes, isOffline });
    mark();
    await send(this.tools.blobs, file, digest, {
      signal,
      pause,
      progress: sent => {
        bytes = sent;
        mark();
      },
      waiting: isWaiting => {
        isOffline = isWaiting;
        mark();
      }
    });
  }

  private async commit(digests: Map<string, string>): Promise<CommitEntry> {
    const puts = this.files.state.map(({ path, file }) => ({
      path,
      digest: digests.get(path) ?? '',
      sizeBytes: file.size
    }));
    const message = this.message.state.trim() || this.proposed;
    return this.tools.repo.commit({
      message,
      branch: this.branch.state,
      puts
    });
  }

  private mark(path: string, state: FileState): void {
    this.files.set(
      this.files.state.map(file =>
        file.path === path ? { ...file, state } : file
      )
    );
  }

  private waitAgain(): void {
    this.files.set(
      this.files.state.map(file => ({ ...file, state: { is: 'waiting' } }))
    );
  }

  private stop: AbortController | null = null;
}
