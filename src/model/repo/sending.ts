import type { BlobsApi } from '../../api/blobs';
import { failure } from '../failure';

/** Files up to this size go in one request, larger ones in parts. */
export const PART_BYTES = 8 << 20;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** How a file is sent, as far as the sender must know. */
export interface Sending {
  signal: AbortSignal;
  /** So many bytes are at the hub. */
  progress: (sentBytes: number) => void;
  /** The connection is lost; the sending goes on by itself. */
  waiting: (isWaiting: boolean) => void;
  /** Resolves after *waitMs*, or when the signal aborts. */
  pause: (waitMs: number, signal: AbortSignal) => Promise<void>;
}

/** Send *file*, whose SHA-256 is *digest*; after a lost connection go on where the hub stopped receiving. */
export async function send(
  api: BlobsApi,
  file: Blob,
  digest: string,
  sending: Sending
): Promise<void> {
  if (file.size <= PART_BYTES) {
    await patiently(sending, () => api.put(digest, file, sending.signal));
    sending.progress(file.size);
    return;
  }
  const total = file.size;
  let offset = (await patiently(sending, () => api.received(digest))).received;
  while (offset < total) {
    sending.progress(offset);
    const from = offset;
    const part = file.slice(from, from + PART_BYTES);
    const { received, isDone } = await patiently(sending, () =>
      api.putPart(digest, { bytes: part, offset: from, total }, sending.signal)
    );
    offset = isDone ? total : received;
  }
  sending.progress(total);
}

/** End here if the user stopped it; `throwIfAborted` is too young for some browsers. */
export function refuseStopped(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new Error('Stopped');
  }
}

/** Do *work*; again and again while nobody answers. */
async function patiently<T>(
  { signal, waiting, pause }: Sending,
  work: () => Promise<T>
): Promise<T> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs *= 2) {
    refuseStopped(signal);
    try {
      const answer = await work();
      waiting(false);
      return answer;
    } catch (error) {
      if (signal.aborted || failure(error).code !== 'Unreachable') {
        throw error;
      }
      waiting(true);
      await pause(Math.min(waitMs, LONGEST_WAIT_MS), signal);
    }
  }
}

/** Resolves after *waitMs*, when the network is back, or when *signal* aborts. */
export function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      globalThis.removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    signal.addEventListener('abort', done);
    globalThis.addEventListener('online', done);
  });
}
