import { expect, test } from '@jupyterlab/galata';
import { openNotebook, openTab } from '../support/hub';
import { expectAccessible, picture } from '../support/look';
import { person, unique } from '../support/people';

/** Trains until the test lets it end: nothing waits for a clock. */
const trainCode = (name: string) => `import mlflow, time
from pathlib import Path
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
x, y = load_digits(return_X_y=True)
mlflow.set_experiment("digits in the browser")
with mlflow.start_run(run_name="${name}") as run:
    mlflow.log_params({"penalty": "l2", "alpha": 1e-4})
    model = SGDClassifier(random_state=0)
    for step in range(8):
        model.partial_fit(x[:1200], y[:1200], classes=range(10))
        mlflow.log_metric("accuracy", model.score(x[1200:], y[1200:]), step=step)
    while not Path("go").exists():
        time.sleep(0.1)
    mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"])
print("trained")`;

test('a run shows live, is published with a bar, and reaches everybody', async ({
  page,
  browser,
  baseURL,
  tmpPath,
  waitForApplication
}) => {
  const title = unique('linear');
  const id = `team/${unique('from-a-run')}`;
  const bob = await person('bob', {
    browser,
    baseURL,
    tmpPath,
    waitForApplication
  });
  const bobs = await openTab(bob, 'Models');
  await openNotebook(page, `${tmpPath}/train.ipynb`, [trainCode(title)]);
  const panel = await openTab(page, 'Runs');

  const ended = page.notebook.runCell(0, true);
  const row = panel.getByRole('row').filter({ hasText: title }).first();
  await expect(row).toContainText('running', { timeout: 60_000 });
  await expect(row).toContainText('accuracy');
  await page.contents.uploadContent('now', 'text', `${tmpPath}/go`);
  await ended;
  await expect(row).toContainText('finished');

  await row.getByRole('button', { name: title, exact: true }).click();
  const run = page.getByRole('article', { name: `Run ${title}` });
  await expect(
    run.getByRole('img', { name: /accuracy goes from .* at step 0/ })
  ).toBeVisible();
  await expect(run.getByRole('table', { name: 'Parameters' })).toContainText(
    'penalty'
  );
  await expectAccessible(page, '.jp-HubPage');
  await picture(page, 'run-page');

  await row.getByRole('button', { name: `Publish ${title}…` }).click();
  const dialog = page.getByRole('dialog', { name: `Publish ${title}` });
  const name = dialog.getByLabel('Model name');
  await expect(name).toHaveValue('ada/digits-in-the-browser');
  await name.fill('../up');
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await name.fill(id);
  await dialog.getByLabel('Message').fill('from the panel');
  await expectAccessible(page, 'dialog');
  await picture(page, 'publish-dialog');
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click();

  await expect(dialog).toContainText(/Published as version v\d/, {
    timeout: 60_000
  });
  await expect(bobs).toContainText(id);
  await dialog.getByRole('button', { name: 'Open model page' }).click();
  const model = page.getByRole('article', { name: id });
  await expect(model.getByRole('region', { name: 'Versions' })).toContainText(
    'from the panel'
  );

  await model
    .getByRole('region', { name: 'Provenance' })
    .getByRole('button', { name: /train.ipynb/ })
    .click();
  await expect(page.locator('.jp-Cell.jp-mod-active')).toContainText(
    'SGDClassifier'
  );
  await bob.context().close();
});
