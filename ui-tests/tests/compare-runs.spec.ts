import { expect, test } from '@jupyterlab/galata';
import { openNotebook, openTab } from '../support/hub';
import { expectAccessible, picture } from '../support/look';
import { person, unique } from '../support/people';

/** Several runs that differ in a parameter; the last goes on until it is stopped. */
const trainCode = (name: string) => `import mlflow, time, tempfile, pathlib
mlflow.set_experiment("compared")
for number, rate in enumerate([0.1, 0.3, 0.5]):
    with mlflow.start_run(run_name=f"${name}-{number}"):
        mlflow.log_params({"rate": rate, "seed": 7})
        for step in range(12):
            mlflow.log_metric("loss", (1 - rate) ** step, step=step)
            mlflow.log_metric("accuracy", 1 - (1 - rate) ** (step + 1), step=step)
        mlflow.log_table({"digit": [1, 2], "seen": ["one", "<b>two</b>"]}, "table.json")
        mlflow.log_text("<script>document.title = 'taken over'</script>", "page.html")
run = mlflow.start_run(run_name="${name}-endless")
mlflow.log_param("max_steps", 1000)
mlflow.log_metric("loss", float("nan"), step=99)
try:
    while True:
        time.sleep(0.1)
except KeyboardInterrupt:
    mlflow.end_run("KILLED")
    print("stopped")`;

test('runs are found, compared, pinned for everyone, looked into and stopped', async ({
  page,
  browser,
  baseURL,
  tmpPath,
  waitForApplication
}) => {
  const title = unique('run');
  const lab = { browser, baseURL, tmpPath, waitForApplication };
  const bob = await person('bob', lab);
  const bobs = await openTab(bob, 'Runs');
  await openNotebook(page, `${tmpPath}/compare.ipynb`, [trainCode(title)]);
  const panel = await openTab(page, 'Runs');
  // Not galata's runCell: it waits for a kernel status that is shown only while the notebook is in front.
  await page.notebook.selectCells(0);
  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('notebook:run-cell');
  });

  // Everybody sees the run that goes on, how far it is, and what is wrong with it.
  const endless = bobs.getByRole('row').filter({ hasText: `${title}-endless` });
  await expect(endless).toContainText('loss is NaN', { timeout: 90_000 });
  await expect(endless).toContainText('10 %');

  await panel
    .getByRole('searchbox', { name: 'Filter runs' })
    .fill(`${title} rate > 0.2`);
  await expect(panel.getByText('2 runs', { exact: true })).toBeVisible();
  await panel.getByRole('searchbox', { name: 'Filter runs' }).fill(title);
  await expect(panel.getByText('4 runs', { exact: true })).toBeVisible();
  await panel.getByLabel('Sort by').selectOption('metrics.accuracy');
  await expect(panel.getByRole('row').nth(1)).toContainText(`${title}-2`);
  await panel.getByText('Columns', { exact: true }).first().click();
  await panel.getByLabel('params.rate').check();
  await panel.getByText('Columns', { exact: true }).first().click();
  await expect(panel.getByRole('row').nth(1)).toContainText('0.5');
  await expectAccessible(page, '.jp-HubPanel');
  await picture(page, 'runs-tab');
  await panel.getByLabel('Group by').selectOption('params.rate');
  await expect(
    panel.getByRole('table', { name: 'Groups of runs' })
  ).toContainText('0.3');
  await panel.getByLabel('Group by').selectOption('');

  await panel
    .getByRole('button', { name: `Pin ${title}-2 for everyone` })
    .click();
  await expect(bobs.getByRole('region', { name: 'Pinned runs' })).toContainText(
    `${title}-2`
  );
  for (const number of [0, 1, 2]) {
    await panel.getByLabel(`Compare ${title}-${number}`).check();
  }
  await panel.getByRole('button', { name: 'Compare 3 runs' }).click();
  const compared = page.getByRole('article', { name: 'Comparison of runs' });
  await expect(
    compared
      .getByRole('img', { name: 'loss of 3 runs as lines' })
      .locator('svg')
      .first()
  ).toBeVisible();
  await expect(
    compared
      .getByRole('region', { name: 'Parallel coordinates' })
      .locator('svg')
      .first()
  ).toBeVisible();
  const params = compared.getByRole('table', { name: 'Parameters' });
  await expect(params).toContainText('rate');
  await expect(params).not.toContainText('seed');
  // The comparison is put up for everybody: Bob opens it, and sees it drawn as Ada draws it.
  await compared.getByRole('button', { name: 'Discuss with everyone' }).click();
  await bobs.getByRole('button', { name: 'Open comparison' }).click();
  const bobSees = bob.getByRole('article', { name: 'Comparison of runs' });
  await expect(bobSees.getByRole('status')).toContainText('changed by Ada');
  await compared.getByLabel('Log scale').check();
  await expect(bobSees.getByLabel('Log scale')).toBeChecked();
  await bobSees.getByRole('button', { name: 'End discussion' }).click();
  await expect(
    compared.getByRole('button', { name: 'Discuss with everyone' })
  ).toBeVisible();
  await compared.getByRole('slider').fill('0.6');
  await expectAccessible(page, '.jp-HubPage');
  await picture(page, 'compare-runs');

  await compared.getByRole('button', { name: `${title}-2` }).click();
  const run = page.getByRole('article', { name: `Run ${title}-2` });
  await run.getByRole('button', { name: 'table.json' }).click();
  await expect(run.getByRole('table', { name: 'table.json' })).toContainText(
    '<b>two</b>'
  );
  await run.getByRole('button', { name: 'page.html' }).click();
  await expect(run.getByText("document.title = 'taken over'")).toBeVisible();
  expect(await page.title()).not.toContain('taken over');
  await run.getByLabel('Notes').fill('the best one so far');
  await run.getByRole('button', { name: 'Save notes' }).click();
  await expect(run.getByRole('button', { name: 'Save notes' })).toBeHidden();
  await run.getByText('Full charts').click();
  await expect(
    run
      .getByRole('img', { name: 'loss of 1 runs as lines' })
      .locator('svg')
      .first()
  ).toBeVisible();
  await expectAccessible(page, '.jp-HubPage');
  await picture(page, 'run-page-full');
  await run.getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(
    page.getByRole('region', { name: 'New comment' })
  ).toBeVisible();
  await run.getByRole('button', { name: 'As it was' }).click();
  const past = page.getByRole('article', { name: /compare.ipynb as it was/ });
  await expect(past).toContainText('This cell made the run.');
  await picture(page, 'notebook-as-it-was');

  // Bob stops what Ada runs; he is asked first.
  await endless.getByRole('button', { name: /^Stop/ }).click();
  await bob.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(endless).toContainText('killed');
  await bob.context().close();
});

test("MLflow's own pages open in a tab", async ({ page, tmpPath }) => {
  await openNotebook(page, `${tmpPath}/page.ipynb`, [
    'import mlflow\nmlflow.set_experiment("in a tab")\nwith mlflow.start_run(run_name="seen-in-mlflow"):\n    mlflow.log_metric("loss", 1)'
  ]);
  await page.notebook.runCell(0, true);

  await page.evaluate(() =>
    window.jupyterapp.commands.execute('hubcollab:open-mlflow')
  );

  const frame = page.frameLocator('iframe[title="MLflow"]');
  await expect(frame.getByText('Experiments').first()).toBeVisible({
    timeout: 120_000
  });
  await picture(page, 'mlflow-tab');
});
