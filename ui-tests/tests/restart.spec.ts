import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jupyterlab/galata';
import { editor, notebookOf } from '../support/hub';
import { person } from '../support/people';
import { URL, crash, dismissLoss, start } from '../support/server';

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
