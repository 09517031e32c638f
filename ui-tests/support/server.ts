import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';

const PORT = Number(process.env.HUBCOLLAB_UI_PORT) + 1;
const CONFIG = join(__dirname, '../jupyter_server_test_config.py');

/** Where a server is that a test has started itself. */
export const URL = `http://127.0.0.1:${PORT}`;

/** A server that is ours to kill, over the folder *root*. */
export async function start(
  root: string,
  ...options: string[]
): Promise<ChildProcess> {
  const log = openSync(join(root, 'server.log'), 'a');
  const server = spawn('jupyter', ['lab', `--config=${CONFIG}`, ...options], {
    env: {
      ...process.env,
      HUBCOLLAB_UI_PORT: String(PORT),
      HUBCOLLAB_UI_ROOT: root
    },
    detached: true,
    stdio: ['ignore', log, log]
  });
  await expect
    .poll(
      () =>
        fetch(`${URL}/api`).then(
          ({ ok }) => ok,
          () => false
        ),
      {
        timeout: 60_000
      }
    )
    .toBe(true);
  return server;
}

/** SIGKILL: nobody gets to save anything. */
export async function crash(server: ChildProcess): Promise<void> {
  if (server.pid) {
    const gone = once(server, 'exit');
    process.kill(-server.pid, 'SIGKILL');
    await gone;
  }
}

/** A way to that server that can be cut: what the network of a laptop is to it. */
export class Line {
  /** Lay it. */
  static async to(): Promise<Line> {
    const line = new Line();
    line.listener.listen(0, '127.0.0.1');
    await once(line.listener, 'listening');
    return line;
  }

  get url(): string {
    const { port } = this.listener.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** From now on nothing comes through, in either direction. */
  cut(): void {
    this.isCut = true;
    this.sockets.forEach(socket => socket.destroy());
  }

  mend(): void {
    this.isCut = false;
  }

  close(): void {
    this.cut();
    this.listener.close();
  }

  private add(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
  }

  private readonly listener = createServer(here => {
    if (this.isCut) {
      here.destroy();
      return;
    }
    const there = connect(PORT, '127.0.0.1');
    this.add(here);
    this.add(there);
    here.on('close', () => there.destroy());
    there.on('close', () => here.destroy());
    here.pipe(there).pipe(here);
  });
  private readonly sockets = new Set<Socket>();
  private isCut = false;
}

/** JupyterLab tells in a dialog that the server is away; people close it and go on. */
export async function dismissLoss(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: /Server Connection Error/ });
  await page.addLocatorHandler(dialog, () =>
    dialog.getByRole('button').last().click()
  );
}
