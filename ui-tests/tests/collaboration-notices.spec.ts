import { expect, test } from '@jupyterlab/galata';
import type { Locator, Page } from '@playwright/test';
import { editor, openNotebook } from '../support/hub';
import { person } from '../support/people';

/** A notification that says *text*. */
function notice(page: Page, text: RegExp): Locator {
  return page.getByRole('alert').filter({ hasText: text });
}

test('who types in a cell that another deletes puts it back, and undo is only for one’s own', async ({
  page,
  browser,
  baseURL,
  tmpPath,
  waitForApplication
}) => {
  const path = `${tmpPath}/deleted.ipynb`;
  await openNotebook(page, path, ['first = 1', 'second = 2']);
  const bob = await person('bob', {
    browser,
    baseURL,
    tmpPath,
    waitForApplication
  });
  await bob.notebook.openByPath(path);
  await expect(editor(bob, 0)).toHaveText('first = 1');

  // undo takes back one's own typing, not the other's
  await editor(page, 1).click();
  await page.keyboard.press('End');
  // in one piece: letters that come half a second apart are undone one by one
  await page.keyboard.insertText(' # ada');
  await expect(editor(bob, 1)).toHaveText('second = 2 # ada');
  await editor(bob, 1).click();
  await bob.keyboard.press('End');
  await bob.keyboard.type(' # bob');
  await expect(editor(page, 1)).toHaveText('second = 2 # ada # bob');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(editor(bob, 1)).toHaveText('second = 2 # bob');

  // a cell in which Ada has just typed is deleted by Bob
  await editor(page, 0).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' # precious');
  await expect(editor(bob, 0)).toHaveText('first = 1 # precious');
  await bob.notebook.selectCells(0);
  // not by the keys: on a slow machine the two are no chord any more
  await bob.evaluate(() =>
    window.jupyterapp.commands.execute('notebook:delete-cell')
  );
  const told = notice(page, /Bob deleted the cell in which you were typing/);
  await told.getByRole('button', { name: 'Put the cell back' }).click();
  await expect(editor(bob, 0)).toHaveText('first = 1 # precious');
  await bob.context().close();
});

test('a notebook that is deleted is told, and written again on demand', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/gone.ipynb`;
  await openNotebook(page, path, ['kept = 1']);
  await expect(editor(page, 0)).toHaveText('kept = 1');

  // JupyterLab's own words for a document whose file has no name any more
  const views = page.getByRole('dialog', { name: /two different views/ });
  await page.addLocatorHandler(views, () =>
    views.getByRole('button').last().click()
  );
  await page.contents.deleteFile(path);
  const told = notice(page, /was deleted/);
  await expect(told).toBeVisible();
  await editor(page, 0).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' # still here');
  await told.getByRole('button', { name: 'Save now' }).click();

  await expect
    .poll(() => page.contents.fileExists(path), { timeout: 60_000 })
    .toBe(true);
});
