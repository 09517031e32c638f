import { expect, test } from '@jupyterlab/galata';
import { openNotebook, openTab, publish } from '../support/hub';
import { person, unique } from '../support/people';

const publishCode = (id: string) => `import jupyter_hubcollab as hub
from sklearn.datasets import load_digits
from sklearn.svm import SVC
x, y = load_digits(return_X_y=True)
made = hub.publish(SVC(gamma=0.001).fit(x[:1000], y[:1000]), "${id}", message="first",
                   metrics={"accuracy": 0.96}, license="mit",
                   summary="Recognises handwritten digits, one pen stroke at a time.")
print("published", made.tag)`;

test('what a cell publishes is searched, opened, loaded and predicts', async ({
  page,
  tmpPath
}) => {
  const id = `team/${unique('penmanship')}`;
  await openNotebook(page, `${tmpPath}/publish.ipynb`, [
    publishCode(id),
    'print("predicts", model.predict(x[:5]).tolist())'
  ]);
  await page.notebook.runCell(0, true);
  expect(await page.notebook.getCellTextOutput(0)).toContain('published v1\n');

  const panel = await openTab(page, 'Search');
  const field = panel.getByRole('textbox', { name: 'Search models' });
  await field.fill(`${id.slice(5)} recognises handwritten digits`);
  const hits = panel.getByRole('list', { name: 'Found models' });
  await hits.getByRole('button', { name: id, exact: true }).click();

  const model = page.getByRole('article', { name: id });
  await expect(model.getByRole('region', { name: 'Versions' })).toContainText(
    '0.96'
  );
  await expect(model.getByRole('region', { name: 'Provenance' })).toContainText(
    'publish.ipynb'
  );
  await model.getByRole('tab', { name: 'Files' }).click();
  await expect(model.getByRole('tabpanel', { name: 'Files' })).toContainText(
    'Safe'
  );
  await model.getByRole('tab', { name: 'Card' }).click();

  await page.notebook.activate('publish.ipynb');
  await page.notebook.selectCells(0);
  await page.activity.activateTab(id);
  await model.getByRole('button', { name: 'Load', exact: true }).click();

  await expect(page.locator('.cm-content:focus')).toContainText(
    `hub.load("${id}")`
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
  const id = `ada/${unique('live')}`;
  const bob = await person('bob', {
    browser,
    baseURL,
    tmpPath,
    waitForApplication
  });
  const panel = await openTab(bob, 'Models');
  await expect(panel.getByRole('status').last()).toContainText('model');

  await publish(page, id, { 'weights.txt': '1' }, { message: 'hi' });

  const list = panel.getByRole('list', { name: 'Models' });
  await expect(list).toContainText(id);
  await expect(panel).toContainText(`Ada published ${id} v1`);

  await panel.getByRole('radio', { name: 'Mine' }).check();
  await expect(list).toHaveCount(0);
  await bob.context().close();
});

test('loading without a notebook offers to open one', async ({ page }) => {
  const id = `team/${unique('lonely')}`;
  await publish(page, id, { 'weights.txt': '1' });
  const panel = await openTab(page, 'Models');

  await panel.getByRole('button', { name: `Load ${id}` }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('No notebook is open');
  await dialog.getByRole('button', { name: 'New notebook' }).click();

  await expect(
    page.locator('.jp-Cell .cm-content').filter({ hasText: 'hub.load' })
  ).toContainText(`hub.load("${id}")`);
});

test('a shortcut puts the cursor into the search', async ({ page }) => {
  await page.keyboard.press('Alt+Shift+H');

  await expect(
    page.getByRole('textbox', { name: 'Search models' })
  ).toBeFocused();
});

test.describe('an address', () => {
  test.use({
    // Galata would wait for the launcher, but the page of the model is in front.
    // eslint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from the pattern
    waitForApplication: async ({}, use) => {
      await use(page =>
        page.locator('#jupyterlab-splash').waitFor({ state: 'detached' })
      );
    }
  });

  test('opens the page of a model, and a reload brings it back', async ({
    page
  }) => {
    const id = `team/${unique('kept')}`;
    await publish(page, id, { 'weights.txt': '1' });

    const saved = page.waitForRequest(
      request =>
        request.method() === 'PUT' &&
        request.url().includes('/workspaces/') &&
        (request.postData() ?? '').includes(id)
    );
    await page.goto(`?hubcollab-model=${id}`);
    const model = page.getByRole('article', { name: id });
    await expect(model).toBeVisible();
    expect(page.url()).not.toContain('hubcollab-model');

    await saved;
    await page.reload();
    await expect(model).toBeVisible();
  });
});
