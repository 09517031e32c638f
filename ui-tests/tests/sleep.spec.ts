import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jupyterlab/galata';
import type { Page } from '@playwright/test';
import { editor, notebookOf } from '../support/hub';
import { person } from '../support/people';
import { Line, URL, crash, dismissLoss, start } from '../support/server';

/** What stands in the file, cell by cell. */
function sources(file: string): string[] {
  const { cells } = JSON.parse(readFileSync(file, 'utf8')) as {
    cells: { source: string | string[] }[];
  };
  return cells.map(({ source }) => [source].flat().join(''));
}

/** Another program writes the file, as programs do: whole, under its name at once. */
function rewrite(file: string, before: string, after: string): void {
  writeFileSync(`${file}.new`, readFileSync(file, 'utf8').replace(before, after));
  renameSync(`${file}.new`, file);
}

/** The lid is closed, or opened: no script of the page runs meanwhile. */
async function lid(page: Page, state: 'frozen' | 'active'): Promise<void> {
  // Galata's page is none to the browser.
  const [own = page] = page.context().pages();
  const session = await page.context().newCDPSession(own);
  await session.send('Page.setWebLifecycleState', { state });
}

test('what was typed before a laptop slept is kept, while others edit, the room is closed and the file changes', async ({
  browser,
  waitForApplication
}) => {
  const root = mkdtempSync(join(tmpdir(), 'hubcollab-sleep-'));
  const file = join(root, 'notebooks/shared.ipynb');
  mkdirSync(join(root, 'notebooks'));
  writeFileSync(file, notebookOf(['first = 1', 'second = 2']));
  const server = await start(root, '--HubCollab.room_keep_s=0.1');
  const line = await Line.to();
  try {
    const lab = { browser, waitForApplication, baseURL: URL, tmpPath: '' };
    const ada = await person('ada', { ...lab, baseURL: line.url });
    const bob = await person('bob', lab);
    await dismissLoss(ada);
    await ada.notebook.openByPath('shared.ipynb');
    await bob.notebook.openByPath('shared.ipynb');
    await expect(editor(ada, 0)).toHaveText('first = 1');
    await expect(editor(bob, 1)).toHaveText('second = 2');

    // Ada types what nobody hears, and closes the lid
    line.cut();
    await editor(ada, 0).click();
    await ada.keyboard.press('End');
    await ada.keyboard.insertText(' # asleep');
    await lid(ada, 'frozen');

    // Bob goes on and leaves; with nobody in it the room is closed, and a program changes the file
    await editor(bob, 1).click();
    await bob.keyboard.press('End');
    await bob.keyboard.insertText(' # awake');
    await expect.poll(() => sources(file)[1]).toBe('second = 2 # awake');
    await bob.context().close();
    const isOpen = async () => {
      const body = JSON.stringify({ format: 'json', type: 'notebook' });
      const path = `${URL}/api/collaboration/session/shared.ipynb`;
      const { status } = await fetch(path, { method: 'PUT', body });
      return status === 200;
    };
    await expect.poll(isOpen).toBe(false);
    rewrite(file, '# awake', '# awake # disk');

    // the lid is opened: everything stands once, for Ada, for who comes, and in the file
    await lid(ada, 'active');
    line.mend();
    const whole = ['first = 1 # asleep', 'second = 2 # awake # disk'];
    const late = await person('carol', lab);
    await late.notebook.openByPath('shared.ipynb');
    for (const page of [ada, late]) {
      await expect(editor(page, 0)).toHaveText(whole[0]);
      await expect(editor(page, 1)).toHaveText(whole[1]);
    }
    await expect.poll(() => sources(file)).toEqual(whole);
    for (const page of [ada, late]) {
      await page.context().close();
    }
  } finally {
    line.close();
    await crash(server);
  }
});
