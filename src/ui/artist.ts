import type { Spec } from '../model/charts';

const SELDOM_MS = 250;
/** At most such a part of the time is spent on one chart. */
const SHARE = 0.2;

/** Draws the newest of many specifications: not each of them, not while nobody sees it, and not all the time. */
export class Artist {
  constructor(
    private readonly draw: (spec: Spec) => Promise<void>,
    private readonly now: () => number = () => performance.now()
  ) {}

  /** Draw *spec* soon, unless a newer one comes before. */
  want(spec: Spec): void {
    this.wanted = spec;
    this.soon();
  }

  /** Somebody sees the chart now, or nobody does. */
  see(isSeen: boolean): void {
    this.isSeen = isSeen;
    this.soon();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.isDisposed = true;
  }

  private soon(): void {
    if (this.wanted && this.isSeen && !this.isBusy && !this.isDisposed) {
      this.isBusy = true;
      const wait = Math.max(0, this.next - this.now());
      this.timer = setTimeout(() => void this.go(), wait);
    }
  }

  private async go(): Promise<void> {
    const spec = this.wanted;
    this.wanted = null;
    const began = this.now();
    if (spec && this.isSeen) {
      await this.draw(spec).catch(() => undefined);
    } else {
      this.wanted = spec;
    }
    const took = this.now() - began;
    this.next = this.now() + Math.max(SELDOM_MS - took, took / SHARE - took);
    this.isBusy = false;
    this.soon();
  }

  private wanted: Spec | null = null;
  private isSeen = true;
  private isBusy = false;
  private isDisposed = false;
  private next = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
}
