import { expect, test } from '@jupyterlab/galata';
import { openNotebook, openTab, publish } from '../support/hub';
import { person } from '../support/people';

const PUBLISH = `import jupyter_hubcollab as hub
from sklearn.datasets import load_digits
from sklearn.svm import SVC
x, y = load_digits(return_X_y=True)
made = hub.publish(SVC(gamma=0.001).fit(x[:1000], y[:1000]), "team/penmanship", message="first",
                   metrics={"accuracy": 0.96}, license="mit",
                   summary="Recognises handwritten digits, one pen stroke at a time.")
print("published", made.tag)`;

test('what a cell publishes is searched, opened, loaded and predicts', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/publish.ipynb`, [
    PUBLISH,
    'print("predicts", model.predict(x[:5]).tolist())'
  ]);
  await page.notebook.runCell(0, true);
  expect(await page.notebook.getCellTextOutput(0)).toContain('published v1\n');

  const panel = await openTab(page, 'Search');
  await panel.getByRole('searchbox').fill('recognise handwritten digits pen');
  const hits = panel.getByRole('list', { name: 'Found models' });
  const hit = hits.getByRole('listitem').filter({ hasText: 'team/penmanship' });
  await hit.getByRole('button', { name: 'team/penmanship', exact: true }).click();

  const model = page.getByRole('article', { name: 'team/penmanship' });
  await expect(model.getByRole('region', { name: 'Versions' })).toContainText(
    '0.96'
  );
  await expect(model.getByRole('region', { name: 'Files' })).toContainText(
    'Safe'
  );
  await expect(
    model.getByRole('region', { name: 'Provenance' })
  ).toContainText('publish.ipynb');

  await page.notebook.activate('publish.ipynb');
  await page.notebook.selectCells(0);
  await page.activity.activateTab('team/penmanship');
  await model.getByRole('button', { name: 'Load', exact: true }).click();

  await expect(page.locator('.cm-content:focus')).toContainText(
    'hub.load("team/penmanship")'
  );
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Shift+Enter');
  await expect(
    page.locator('.jp-OutputArea-output').filter({ hasText: 'predicts' })
  ).toHaveText('predicts [0, 1, 2, 3, 4]');
});

test('what one person publishes appears in the panel of another', async ({
  page,
  browser,
  baseURL,
  tmpPath,
  waitForApplication
}) => {
  const bob = await person('bob', {
    browser,
    baseURL,
    tmpPath,
    waitForApplication
  });
  const panel = await openTab(bob, 'Models');
  await expect(panel.getByRole('status').last()).toContainText('model');

  await publish(page, 'ada/live', { 'weights.txt': '1' }, { message: 'hi' });

  await expect(panel.getByRole('list', { name: 'Models' })).toContainText(
    'ada/live'
  );
  await expect(panel).toContainText('Ada published ada/live v1');

  await panel.getByText('Mine', { exact: true }).click();
  await expect(panel).not.toContainText('ada/live');
  await bob.context().close();
});

test('loading without a notebook offers to open one', async ({ page }) => {
  await publish(page, 'team/lonely', { 'weights.txt': '1' });
  const panel = await openTab(page, 'Models');

  await panel.getByRole('button', { name: 'Load team/lonely' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('No notebook is open');
  await dialog.getByRole('button', { name: 'New notebook' }).click();

  await expect(
    page.locator('.jp-Cell .cm-content').filter({ hasText: 'hub.load' })
  ).toContainText('hub.load("team/lonely")');
});

test('a page comes back after a reload, and an address opens one', async ({
  page
}) => {
  await publish(page, 'team/kept', { 'weights.txt': '1' });

  await page.goto('lab?hubcollab-model=team/kept');

  await expect(
    page.getByRole('article', { name: 'team/kept' })
  ).toBeVisible();
});

test('a shortcut puts the cursor into the search', async ({ page }) => {
  await page.keyboard.press('Alt+Shift+H');

  await expect(
    page.getByRole('searchbox', { name: 'Search models' })
  ).toBeFocused();
});
