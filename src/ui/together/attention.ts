/** Without a key or the mouse for so long, a person counts as idle. */
const IDLE_MS = 60_000;

const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;

/** Tells whether somebody is at this tab. */
export class Attention {
  constructor(private readonly changed: (idle: boolean) => void) {
    for (const sign of SIGNS) {
      document.addEventListener(sign, this.onSign, { passive: true });
    }
    document.addEventListener('visibilitychange', this.onSign);
    this.onSign();
  }

  idle = false;

  private readonly onSign = () => {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    if (document.visibilityState === 'hidden') {
      this.set(true);
    } else {
      this.set(false);
      this.timer = setTimeout(() => this.set(true), IDLE_MS);
    }
  };

  private set(idle: boolean): void {
    if (idle !== this.idle) {
      this.idle = idle;
      this.changed(idle);
    }
  }

  private timer: ReturnType<typeof setTimeout> | null = null;
}
