import { URLExt } from '@jupyterlab/coreutils';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates
} from 'y-protocols/awareness';
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync';
import { Doc } from 'yjs';
import type { Server } from './request';

export interface RoomListener {
  /** The document or who is here has changed. */
  changed: () => void;
  online: (is: boolean) => void;
}

const SYNC = 0;
const AWARENESS = 1;
const RAW = 2;
const ASK_AWARENESS = 3;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** Awareness that is not renewed counts as gone after 30 s. */
const RENEW_MS = 15_000;
const RELOAD = 1003;

/** A document that a room of the server keeps in step; connects again by itself until it is closed. */
export class RoomLine {
  constructor(
    private readonly server: Server,
    private readonly room: string,
    private readonly listener: RoomListener
  ) {
    [this.document, this.presence] = this.made(null);
    this.connect();
    this.renewing = setInterval(() => this.tellSelf(), RENEW_MS);
  }

  /** The document now; another one after the server has made it anew. */
  get doc(): Doc {
    return this.document;
  }

  get awareness(): Awareness {
    return this.presence;
  }

  /** Say where one is; the server puts in its own word for `user`. */
  tell(state: { user: object; [key: string]: unknown }): void {
    this.presence.setLocalState(state);
  }

  close(): void {
    this.closed = true;
    clearInterval(this.renewing);
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
    removeAwarenessStates(this.presence, [this.document.clientID], 'local');
    this.socket?.close();
    this.document.destroy();
  }

  /** A new document: what the server has is all there is. */
  private begin(): void {
    const said = this.presence.getLocalState();
    this.document.destroy();
    [this.document, this.presence] = this.made(said);
  }

  private made(said: { [key: string]: unknown } | null): [Doc, Awareness] {
    const doc = new Doc();
    const presence = new Awareness(doc);
    presence.setLocalState(said);
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) {
        this.send(SYNC, encoder => writeUpdate(encoder, update));
      }
      this.listener.changed();
    });
    presence.on('update', (_: unknown, origin: unknown) => {
      if (origin !== this) {
        this.tellSelf();
      }
      this.listener.changed();
    });
    return [doc, presence];
  }

  private connect(): void {
    this.timer = null;
    const socket = new this.server.WebSocket(this.url());
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    socket.onopen = () => {
      this.waitMs = FIRST_WAIT_MS;
      this.send(SYNC, encoder => writeSyncStep1(encoder, this.document));
      this.tellSelf();
      this.listener.online(true);
    };
    socket.onmessage = ({ data }) => this.hear(new Uint8Array(data));
    socket.onclose = ({ code }) => this.lost(code);
  }

  private hear(message: Uint8Array): void {
    const decoder = decoding.createDecoder(message);
    switch (decoding.readVarUint(decoder)) {
      case SYNC: {
        const answer = encoding.createEncoder();
        encoding.writeVarUint(answer, SYNC);
        readSyncMessage(decoder, answer, this.document, this);
        if (encoding.length(answer) > 1) {
          this.socket?.send(encoding.toUint8Array(answer));
        }
        break;
      }
      case AWARENESS: {
        const update = decoding.readVarUint8Array(decoder);
        applyAwarenessUpdate(this.presence, update, this);
        break;
      }
      case ASK_AWARENESS:
        this.tellSelf();
        break;
      case RAW:
        // We hold something that the server does not take: only what it has counts.
        if (decoding.readVarString(decoder).includes('"refused"')) {
          this.begin();
          this.socket?.close();
        }
        break;
    }
  }

  private tellSelf(): void {
    if (this.presence.getLocalState()) {
      const state = encodeAwarenessUpdate(this.presence, [
        this.document.clientID
      ]);
      this.send(AWARENESS, encoder =>
        encoding.writeVarUint8Array(encoder, state)
      );
    }
  }

  private send(kind: number, write: (encoder: encoding.Encoder) => void): void {
    if (this.socket?.readyState === 1) {
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, kind);
      write(encoder);
      this.socket.send(encoding.toUint8Array(encoder));
    }
  }

  private lost(code: number): void {
    if (this.closed) {
      return;
    }
    const others = [...this.presence.getStates().keys()].filter(
      id => id !== this.document.clientID
    );
    removeAwarenessStates(this.presence, others, this);
    if (code === RELOAD) {
      this.begin();
    }
    const waitMs = this.waitMs * (0.8 + 0.4 * Math.random());
    this.waitMs = Math.min(2 * this.waitMs, LONGEST_WAIT_MS);
    this.timer = setTimeout(() => this.connect(), waitMs);
    this.listener.online(false);
  }

  private url(): string {
    const { wsUrl, appendToken, token } = this.server;
    const url = URLExt.join(wsUrl, 'api/collaboration/room', this.room);
    return appendToken && token
      ? `${url}?token=${encodeURIComponent(token)}`
      : url;
  }

  private document: Doc;
  private presence: Awareness;
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly renewing: ReturnType<typeof setInterval>;
  private waitMs = FIRST_WAIT_MS;
  private closed = false;
}
