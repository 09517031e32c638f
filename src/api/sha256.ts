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
    return [0, 4, 8, 12, 16, 20, 24, 28]
      .map(at => this.state.getUint32(at, true).toString(16).padStart(8, '0'))
      .join('');
  }

  /** Typed arrays may give undefined, as far as TypeScript knows; views of bytes give numbers, and as fast. */
  private compress(view: DataView, at: number): void {
    const w = this.words;
    for (let i = 0; i < BLOCK; i += 4) {
      w.setInt32(i, view.getInt32(at + i), true);
    }
    for (let i = BLOCK; i < 256; i += 4) {
      const x = w.getInt32(i - 60, true);
      const y = w.getInt32(i - 8, true);
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 =
        ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      const sum = w.getInt32(i - 64, true) + s0 + w.getInt32(i - 28, true) + s1;
      w.setInt32(i, sum | 0, true);
    }
    this.mix(w);
  }

  private mix(w: DataView): void {
    const { state } = this;
    let a = state.getInt32(0, true);
    let b = state.getInt32(4, true);
    let c = state.getInt32(8, true);
    let d = state.getInt32(12, true);
    let e = state.getInt32(16, true);
    let f = state.getInt32(20, true);
    let g = state.getInt32(24, true);
    let h = state.getInt32(28, true);
    for (let i = 0; i < 256; i += 4) {
      const s1 =
        ((e >>> 6) | (e << 26)) ^
        ((e >>> 11) | (e << 21)) ^
        ((e >>> 25) | (e << 7));
      const choice = (e & f) ^ (~e & g);
      const t1 =
        (h + s1 + choice + K.getInt32(i, true) + w.getInt32(i, true)) | 0;
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
    this.add(0, a);
    this.add(4, b);
    this.add(8, c);
    this.add(12, d);
    this.add(16, e);
    this.add(20, f);
    this.add(24, g);
    this.add(28, h);
  }

  private add(at: number, word: number): void {
    this.state.setInt32(at, this.state.getInt32(at, true) + word, true);
  }

  private readonly state = viewOf(FIRST);
  private readonly words = new DataView(new ArrayBuffer(256));
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

function viewOf(words: number[]): DataView {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, index) => view.setInt32(4 * index, word, true));
  return view;
}

const FIRST = primes(8).map(prime => fraction(Math.sqrt(prime)));
const K = viewOf(primes(64).map(prime => fraction(Math.cbrt(prime))));
