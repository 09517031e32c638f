import { Sha256 } from './sha256';

const PIECE = 4 << 20;
/** Up to here the browser's own, faster code may have the whole file in memory. */
const SMALL = 64 << 20;

/** Hash the file that comes as a message; tell how far it is, and in the end the digest. */
self.onmessage = (message: MessageEvent<Blob>) => {
  void hash(message.data).then(
    digest => self.postMessage({ digest }),
    error => self.postMessage({ error: String(error) })
  );
};

async function hash(file: Blob): Promise<string> {
  if (file.size <= SMALL && globalThis.crypto?.subtle) {
    const bytes = await file.arrayBuffer();
    const digest = await crypto.subtle.digest('SHA-256', bytes);
    return Array.from(new Uint8Array(digest), byte =>
      byte.toString(16).padStart(2, '0')
    ).join('');
  }
  const sha256 = new Sha256();
  for (let at = 0; at < file.size; at += PIECE) {
    const piece = await file.slice(at, at + PIECE).arrayBuffer();
    sha256.update(new Uint8Array(piece));
    self.postMessage({ bytes: Math.min(at + PIECE, file.size) });
  }
  return sha256.hex();
}
