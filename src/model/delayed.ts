/** Runs *work* once, *waitMs* after the last call of `soon`. */
export class Delayed {
  constructor(
    private readonly work: () => void,
    private readonly waitMs: number
  ) {}

  soon(): void {
    this.cancel();
    this.timer = setTimeout(() => this.now(), this.waitMs);
  }

  now(): void {
    this.cancel();
    this.work();
  }

  cancel(): void {
    clearTimeout(this.timer);
  }

  private timer: ReturnType<typeof setTimeout> | undefined;
}
