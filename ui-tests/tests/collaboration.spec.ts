import { expect, test } from '@jupyterlab/galata';
import { editor, openNotebook } from '../support/hub';
import { picture } from '../support/look';
import { person } from '../support/people';

const OUTPUT = `from sklearn.datasets import load_digits
x, y = load_digits(return_X_y=True)
print("shared", x.shape)`;

test('two people edit one notebook and see text, cursors and names', async ({
  page,
  browser,
  baseURL,
  tmpPath,
  waitForApplication
}) => {
  const path = `${tmpPath}/shared.ipynb`;
  await openNotebook(page, path, ['', OUTPUT]);
  const bob = await person('bob', {
    browser,
    baseURL,
    tmpPath,
    waitForApplication
  });
  await bob.notebook.openByPath(path);

  await editor(page, 0).click();
  await page.keyboard.type('answer = 42');
  await expect(editor(bob, 0)).toHaveText('answer = 42');

  await editor(bob, 0).click();
  await bob.keyboard.press('End');
  await bob.keyboard.type(' + 1');
  await expect(editor(page, 0)).toHaveText('answer = 42 + 1');

  // both at once, in one cell: nothing is lost, and both see the same
  await page.keyboard.press('Home');
  await Promise.all([
    page.keyboard.type('# ada was here '),
    bob.keyboard.type(' # bob too')
  ]);
  await expect(editor(page, 0)).toContainText('# bob too');
  await expect(editor(bob, 0)).toContainText('# ada was here');
  expect(await editor(page, 0).textContent()).toBe(
    await editor(bob, 0).textContent()
  );

  // an output made by one is seen by the other
  await page.notebook.runCell(1, true);
  await expect(
    bob
      .locator('.jp-OutputArea-output')
      .filter({ hasText: 'shared (1797, 64)' })
  ).toBeVisible();

  // each sees where the other is, and who it is
  await editor(bob, 0).click();
  await page.sidebar.openTab('jp-collaboration-panel');
  const cursor = page.locator('.jp-remote-cursor').first();
  await expect(cursor).toBeAttached();
  await cursor.hover({ force: true });
  await expect(page.getByText('Bob', { exact: true }).first()).toBeAttached();
  await picture(page, 'together');
  await bob.context().close();
});
