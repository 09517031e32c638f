import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { Problem } from './wire';

/** Where the server is and how it is reached; tests give one with a `fetch` of their own. */
export type Server = ServerConnection.ISettings;

/** A request that the hub refused, or that never reached it. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number
  ) {
    super(message);
    this.name = 'Refused';
  }
}

/** The code of a request that found nobody at the other end. */
const UNREACHABLE = 'Unreachable';

type Value = string | number | boolean | string[];

export interface Asked {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: object;
  /** Bytes to send instead of JSON. */
  bytes?: Blob;
  query?: Record<string, Value | null | undefined>;
  signal?: AbortSignal;
  /** Where the route is, if not among ours. */
  under?: string;
  /** What comes never changes: the browser may keep it. */
  lasting?: boolean;
}

/** The address of *path* below the server's base URL. */
export function address(
  server: Server,
  path: string,
  query: Asked['query'] = {}
): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value ?? null]) {
      if (one !== null) {
        given.append(name, String(one));
      }
    }
  }
  const search = given.toString();
  return URLExt.join(server.baseUrl, path) + (search ? `?${search}` : '');
}

/** Each part of *parts* as it may stand in a path. */
export function path(...parts: string[]): string {
  return parts
    .flatMap(part => part.split('/'))
    .map(encodeURIComponent)
    .join('/');
}

/**
 * Ask our REST interface and give its answer.
 *
 * @throws Refused
 */
export async function ask<T>(
  server: Server,
  route: string,
  asked: Asked = {}
): Promise<T> {
  const response = await send(server, route, asked);
  if (!response.ok) {
    throw refusal(response, await read<unknown>(response));
  }
  return read<T>(response);
}

/**
 * Ask our REST interface and *tell* of each line of its answer as it comes.
 *
 * @throws Refused
 */
export async function askLines<T>(
  server: Server,
  route: string,
  asked: Asked,
  tell: (line: T) => void
): Promise<void> {
  const response = await send(server, route, asked);
  if (!response.ok) {
    throw refusal(response, await read<unknown>(response));
  }
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const part = await reader?.read();
    rest += decoder.decode(part?.value, { stream: !part?.done });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      tell(parsed(line, response));
    }
    if (!part || part.done) {
      return;
    }
  }
}

async function send(
  server: Server,
  route: string,
  { method = 'GET', under = 'hubcollab/api', ...asked }: Asked
): Promise<Response> {
  const { body, bytes, query, signal, lasting } = asked;
  const url = address(server, `${under}/${route}`, query);
  const init: RequestInit = { method };
  if (signal) {
    init.signal = signal;
  }
  if (lasting) {
    init.cache = 'default';
  }
  if (body) {
    init.body = JSON.stringify(body);
  } else if (bytes) {
    init.body = bytes;
  }
  return reach(server, url, init);
}

/** Some bytes of a file, and how many the whole file has. */
export interface Part {
  bytes: Uint8Array<ArrayBuffer>;
  total: number;
}

/**
 * The bytes of the file at *url*, a path below the base URL, from *start* up to *end*.
 *
 * @throws Refused
 */
export async function readBytes(
  server: Server,
  url: string,
  start: number,
  end: number
): Promise<Part> {
  const headers = { Range: `bytes=${start}-${end - 1}` };
  const init = { method: 'GET', headers };
  const response = await reach(server, address(server, url), init);
  if (!response.ok) {
    throw refusal(response, await read<unknown>(response));
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const range = response.headers.get('Content-Range') ?? '';
  const total = Number(range.split('/')[1] ?? bytes.length);
  return { bytes, total: Number.isFinite(total) ? total : bytes.length };
}

async function reach(
  server: Server,
  url: string,
  init: RequestInit
): Promise<Response> {
  try {
    return await ServerConnection.makeRequest(url, init, server);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refused(UNREACHABLE, why, 0);
  }
}

/** What the server says is of the shape that wire.py declares: both are generated from there. */
async function read<T>(response: Response): Promise<T> {
  return parsed(await response.text(), response);
}

function parsed<T>(text: string, { status, statusText }: Response): T {
  try {
    return JSON.parse(text || 'null');
  } catch {
    throw new Refused('NoJson', statusText, status);
  }
}

function refusal(response: Response, body: unknown): Refused {
  return isProblem(body)
    ? new Refused(body.code, body.message, response.status)
    : new Refused('HTTPError', response.statusText, response.status);
}

function isProblem(body: unknown): body is Problem {
  return (
    typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    'message' in body
  );
}
