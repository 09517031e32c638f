/** SHA-256 of bytes that come in pieces; browsers hash only what is in memory as a whole. */
export class Sha256 {
  /** Take the next bytes. */
  update(bytes: Uint8Array): void {
    let at = 0;
    this.length += bytes.length;
    if (this.held > 0) {
      at = Math.min(BLOCK - this.held, bytes.length);
      this.block.set(bytes.subarray(0, at), this.held);
      this.held += at;
      if (this.held < BLOCK) {
        return;
      }
      this.compress(new DataView(this.block.buffer), 0);
      this.held = 0;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (; at + BLOCK <= bytes.length; at += BLOCK) {
      this.compress(view, at);
    }
    this.block.set(bytes.subarray(at));
    this.held = bytes.length - at;
  }

  /** The digest in hexadecimal; take no more bytes after it. */
  hex(): string {
    const bits = this.length * 8;
    const ending = this.held < BLOCK - 8 ? BLOCK : 2 * BLOCK;
    const padding = new Uint8Array(ending - this.held);
    padding[0] = 0x80;
    const view = new DataView(padding.buffer);
    view.setUint32(padding.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(padding.length - 4, bits >>> 0);
    this.update(padding);
    return Array.from(this.state, word =>
      (word >>> 0).toString(16).padStart(8, '0')
    ).join('');
  }

  private compress(view: DataView, at: number): void {
    const w = this.words;
    for (let i = 0; i < 16; i += 1) {
      w[i] = view.getInt32(at + 4 * i);
    }
    for (let i = 16; i < 64; i += 1) {
      const x = w[i - 15] ?? 0;
      const y = w[i - 2] ?? 0;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 =
        ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = ((w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1) | 0;
    }
    this.mix(w);
  }

  private mix(w: Int32Array): void {
    const { state } = this;
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let i = 0; i < 64; i += 1) {
      const s1 =
        ((e >>> 6) | (e << 26)) ^
        ((e >>> 11) | (e << 21)) ^
        ((e >>> 25) | (e << 7));
      const choice = (e & f) ^ (~e & g);
      const t1 = (h + s1 + choice + (K[i] ?? 0) + (w[i] ?? 0)) | 0;
      const s0 =
        ((a >>> 2) | (a << 30)) ^
        ((a >>> 13) | (a << 19)) ^
        ((a >>> 22) | (a << 10));
      const majority = (a & b) ^ (a & c) ^ (b & c);
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + s0 + majority) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => {
      state[index] = ((state[index] ?? 0) + word) | 0;
    });
  }

  private readonly state = Int32Array.from(FIRST);
  private readonly words = new Int32Array(64);
  private readonly block = new Uint8Array(64);
  private held = 0;
  private length = 0;
}

const BLOCK = 64;

/** The first *count* primes. */
function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n += 1) {
    if (found.every(prime => n % prime !== 0)) {
      found.push(n);
    }
  }
  return found;
}

/** The first 32 bits behind the point of *root*. */
function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

const FIRST = primes(8).map(prime => fraction(Math.sqrt(prime)));
const K = Int32Array.from(primes(64), prime => fraction(Math.cbrt(prime)));
