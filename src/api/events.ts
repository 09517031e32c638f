import { URLExt } from '@jupyterlab/coreutils';
import type { Server } from './request';
import type { Event as HubEvent } from './wire';

export interface Listener {
  /** The stream is open; *again* if it was open before, so that something may have been missed. */
  opened: (again: boolean) => void;
  /** The stream broke; it is tried again after *waitMs*. */
  lost: (waitMs: number) => void;
  event: (event: HubEvent) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** The server's events as they happen; connects again by itself until it is closed. */
export class EventStream {
  constructor(
    private readonly server: Server,
    private readonly listener: Listener
  ) {
    this.connect();
  }

  /** Try again now, if the stream is down: the network is back, the laptop woke up. */
  retry(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.connect();
    }
  }

  close(): void {
    this.closed = true;
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
    this.socket?.close();
  }

  private connect(): void {
    this.timer = null;
    const socket = new this.server.WebSocket(this.url());
    this.socket = socket;
    socket.onopen = () => {
      this.waitMs = FIRST_WAIT_MS;
      this.listener.opened(this.opened);
      this.opened = true;
    };
    socket.onmessage = message => {
      this.listener.event(JSON.parse(String(message.data)));
    };
    socket.onclose = () => this.lost();
  }

  private lost(): void {
    if (this.closed) {
      return;
    }
    // A little chance, so that a whole team does not return in the same instant.
    const waitMs = this.waitMs * (0.8 + 0.4 * Math.random());
    this.waitMs = Math.min(2 * this.waitMs, LONGEST_WAIT_MS);
    this.timer = setTimeout(() => this.connect(), waitMs);
    this.listener.lost(waitMs);
  }

  private url(): string {
    const url = URLExt.join(this.server.wsUrl, 'hubcollab/api/events');
    const { appendToken, token } = this.server;
    return appendToken && token
      ? `${url}?token=${encodeURIComponent(token)}`
      : url;
  }

  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private waitMs = FIRST_WAIT_MS;
  private opened = false;
  private closed = false;
}
