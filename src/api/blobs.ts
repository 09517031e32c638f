import type { RepoName } from './repos';
import type { Server } from './request';
import { ask } from './request';
import type { BlobsMissing, PartReceived } from './wire';

/** How the bytes of files reach the hub. */
export interface BlobsApi {
  /** Those of *digests* that the hub lacks. */
  missing: (digests: string[]) => Promise<BlobsMissing>;
  put: (digest: string, bytes: Blob, signal: AbortSignal) => Promise<void>;
  /** How much of a large file came before the connection was lost. */
  received: (digest: string) => Promise<PartReceived>;
  putPart: (
    digest: string,
    part: { bytes: Blob; offset: number; total: number },
    signal: AbortSignal
  ) => Promise<PartReceived>;
}

/** The blobs of *server*, sent for a commit to *repo*: what it could never keep is refused at once. */
export function blobsApi(server: Server, repo: RepoName): BlobsApi {
  const target = { repo: repo.id, kind: repo.kind };
  return {
    missing: digests =>
      ask(server, 'blobs/missing', { method: 'POST', body: { digests } }),
    put: (digest, bytes, signal) =>
      ask(server, `blobs/${digest}`, {
        method: 'PUT',
        bytes,
        query: target,
        signal
      }),
    received: digest => ask(server, `blobs/${digest}/part`),
    putPart: (digest, { bytes, offset, total }, signal) =>
      ask(server, `blobs/${digest}/part`, {
        method: 'PUT',
        bytes,
        query: { ...target, offset, total },
        signal
      })
  };
}
