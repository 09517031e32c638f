import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
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
  writeFileSync(
    `${file}.new`,
    readFileSync(file, 'utf8').replace(before, after)
  );
  renameSync(`${file}.new`, file);
}

/** The lid is closed, or opened: no script of the page runs meanwhile. */
async function lid(page: Page, state: 'frozen' | 'active'): Promise<void> {
  // Galata's page is none to the browser.
  const [own = page] = page.context().pages();
  const session = await page.context().newCDPSession(own);
  await session.send('Page.setWebLifecycleState', { state });
}

/** Open notebooks without kernels: one that starts while the line is cut takes the keyboard with a dialog. */
async function open(page: Page, paths: string[]): Promise<void> {
  await page.evaluate(
    paths =>
      Promise.all(
        paths.map(path =>
          window.jupyterapp.commands.execute('docmanager:open', {
            path,
            factory: 'Notebook',
            kernelPreference: { shouldStart: false }
          })
        )
      ),
    paths
  );
}

/** Type at the end of cell number *cell* of the notebook *name*. */
async function type(
  page: IJupyterLabPageFixture,
  name: string,
  cell: number,
  text: string
): Promise<void> {
  await page.notebook.activate(name);
  await editor(page, cell).click();
  await page.keyboard.press('End');
  await page.keyboard.insertText(text);
}

test('what was typed before a laptop slept is kept, while others edit, rooms are closed, and files change, move and go', async ({
  browser,
  waitForApplication
}) => {
  const root = mkdtempSync(join(tmpdir(), 'hubcollab-sleep-'));
  const at = (path: string) => join(root, 'notebooks', path);
  const file = at('shared.ipynb');
  mkdirSync(at('folder'), { recursive: true });
  const names = ['renamed', 'moved', 'deleted', 'shared'].map(
    stem => `${stem}.ipynb`
  );
  names.forEach(name =>
    writeFileSync(at(name), notebookOf(['first = 1', 'second = 2']))
  );
  const server = await start(root, '--HubCollab.room_keep_s=0.1');
  const line = await Line.to();
  try {
    const lab = { browser, waitForApplication, baseURL: URL, tmpPath: '' };
    const ada = await person('ada', { ...lab, baseURL: line.url });
    const bob = await person('bob', lab);
    await dismissLoss(ada);
    await open(ada, names);
    await open(bob, ['shared.ipynb']);
    for (const name of names) {
      await ada.notebook.activate(name);
      await expect(editor(ada, 1)).toHaveText('second = 2');
    }
    await expect(editor(bob, 1)).toHaveText('second = 2');

    // Ada types what nobody hears, and closes the lid
    line.cut();
    for (const name of names) {
      await type(ada, name, 0, ' # asleep');
    }
    await lid(ada, 'frozen');

    // Bob goes on, moves what Ada has open, and leaves
    await type(bob, 'shared.ipynb', 1, ' # awake');
    await bob.contents.renameFile('renamed.ipynb', 'other.ipynb');
    await bob.contents.renameFile('moved.ipynb', 'folder/moved.ipynb');
    await fetch(`${URL}/api/contents/deleted.ipynb`, { method: 'DELETE' });
    await expect.poll(() => sources(file)[1]).toBe('second = 2 # awake');
    await bob.context().close();

    // with nobody in it the room is closed, and a program changes the file
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
    await open(late, ['shared.ipynb']);
    await ada.notebook.activate('shared.ipynb');
    for (const page of [ada, late]) {
      await expect(editor(page, 0)).toHaveText(whole[0]);
      await expect(editor(page, 1)).toHaveText(whole[1]);
    }
    await expect.poll(() => sources(file)).toEqual(whole);
    await late.context().close();

    // what was moved is where it is now, and nowhere else
    const kept = ['first = 1 # asleep', 'second = 2'];
    for (const path of ['other.ipynb', 'folder/moved.ipynb']) {
      await expect.poll(() => sources(at(path))).toEqual(kept);
    }
    for (const path of ['other.ipynb', 'folder/moved.ipynb']) {
      const tab = ada.locator(`.lm-TabBar-tab[title*="Path: ${path}"]`);
      await expect(tab).toHaveText(path.replace('folder/', ''));
      await tab.click();
      await expect(editor(ada, 0)).toHaveText(kept[0]);
      await expect(editor(ada, 1)).toHaveText(kept[1]);
    }

    // what was deleted is told, and written again on demand
    const told = ada.getByRole('alert').filter({ hasText: /was deleted/ });
    await expect(told).toContainText('deleted.ipynb');
    expect(names.map(at).filter(existsSync)).toEqual([file]);
    await told.getByRole('button', { name: 'Save now' }).click();
    await expect.poll(() => existsSync(at('deleted.ipynb'))).toBe(true);
    expect(sources(at('deleted.ipynb'))).toEqual(kept);
    await ada.context().close();
  } finally {
    line.close();
    await crash(server);
  }
});
