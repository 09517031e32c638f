import type { TranslationBundle } from '@jupyterlab/translation';

/** Each request that fails says it anew; what is not said again is over. */
const STALE_MS = 60_000;

/** Tells that the server does not answer. Not a notification: JupyterLab loads those from the server at first use. */
export class Away {
  constructor(private readonly trans: TranslationBundle) {
    this.node.className = 'jp-HubAway';
    this.node.setAttribute('role', 'status');
  }

  readonly node = document.createElement('div');

  say(): void {
    this.node.textContent = this.trans.__(
      'The server does not answer. Keep this tab open: what you type in shared documents is sent when it is back.'
    );
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.end(), STALE_MS);
  }

  end(): void {
    clearTimeout(this.timer);
    this.node.textContent = '';
  }

  private timer: ReturnType<typeof setTimeout> | undefined;
}
