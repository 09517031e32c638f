type Told = { bytes: number } | { digest: string } | { error: string };

/** The SHA-256 of *file*, found by a worker of its own, so that the page stays quick. */
export function hashInWorker(
  file: Blob,
  progress: (bytes: number) => void,
  signal: AbortSignal
): Promise<string> {
  const worker = new Worker(new URL('./hash-worker.js', import.meta.url));
  return new Promise<string>((resolve, reject) => {
    const stop = () => reject(new DOMException('Stopped', 'AbortError'));
    signal.addEventListener('abort', stop, { once: true });
    worker.onerror = event => reject(new Error(event.message));
    worker.onmessage = ({ data }: MessageEvent<Told>) => {
      if ('bytes' in data) {
        progress(data.bytes);
      } else if ('digest' in data) {
        resolve(data.digest);
      } else {
        reject(new Error(data.error));
      }
    };
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}
