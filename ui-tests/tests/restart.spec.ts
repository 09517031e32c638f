import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jupyterlab/galata';
import type { Page } from '@playwright/test';
import { editor, notebookOf } from '../support/hub';
import { person } from '../support/people';

const PORT = String(Number(process.env.HUBCOLLAB_UI_PORT) + 1);
const CONFIG = join(__dirname, '../jupyter_server_test_config.py');
const URL = `http://127.0.0.1:${PORT}`;

/** A server that is ours to kill. */
async function start(root: string): Promise<ChildProcess> {
  const log = openSync(join(root, 'server.log'), 'a');
  const server = spawn('jupyter', ['lab', `--config=${CONFIG}`], {
    env: {
      ...process.env,
      HUBCOLLAB_UI_PORT: PORT,
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
async function crash(server: ChildProcess): Promise<void> {
  if (server.pid) {
    const gone = once(server, 'exit');
    process.kill(-server.pid, 'SIGKILL');
    await gone;
  }
}

/** JupyterLab tells in a dialog that the server is away; people close it and go on. */
async function dismissLoss(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: /Server Connection Error/ });
  await page.addLocatorHandler(dialog, () =>
    dialog.getByRole('button').last().click()
  );
}

test('what two people typed survives a crash of the server', async ({
  browser,
  waitForApplication
}) => {
  const root = mkdtempSync(join(tmpdir(), 'hubcollab-crash-'));
  mkdirSync(join(root, 'notebooks'));
  writeFileSync(join(root, 'notebooks/shared.ipynb'), notebookOf(['']));
  let server = await start(root);
  try {
    const lab = { browser, waitForApplication, baseURL: URL, tmpPath: '' };
    const ada = await person('ada', lab);
    const bob = await person('bob', lab);
    await dismissLoss(ada);
    await dismissLoss(bob);
    await ada.notebook.openByPath('shared.ipynb');
    await bob.notebook.openByPath('shared.ipynb');
    await editor(ada, 0).click();
    await ada.keyboard.type('kept = "before the crash"');
    await expect(editor(bob, 0)).toHaveText('kept = "before the crash"');

    await crash(server);
    server = await start(root);

    await editor(bob, 0).click();
    await bob.keyboard.press('End');
    await bob.keyboard.type('  # and after');
    await expect(editor(ada, 0)).toHaveText(
      'kept = "before the crash"  # and after',
      { timeout: 60_000 }
    );

    const late = await person('carol', lab);
    await late.notebook.openByPath('shared.ipynb');
    await expect(editor(late, 0)).toHaveText(
      'kept = "before the crash"  # and after'
    );
    for (const page of [ada, bob, late]) {
      await page.context().close();
    }
  } finally {
    await crash(server);
  }
});
