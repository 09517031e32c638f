import { expect, test } from '@jupyterlab/galata';
import { openNotebook, openTab } from '../support/hub';
import { expectAccessible, picture } from '../support/look';
import { unique } from '../support/people';

const publishCode = (ids: string[]) => `import jupyter_hubcollab as hub
from pathlib import Path
for place, repo in enumerate(${JSON.stringify(ids)}):
    Path("weights.bin").write_bytes(bytes(1000 * (place + 1)))
    hub.publish("weights.bin", repo, metrics={"accuracy": 0.9 + place / 100}, license="mit",
                summary="Tells glad letters of sailors from sad ones.")
print("published")`;

test('a search is kept and tells what is new; two hits are compared and one is reviewed', async ({
  page,
  tmpPath
}) => {
  const [first, second, third] = ['one', 'two', 'three'].map(
    name => `team/${unique(`sailors-${name}`)}`
  ) as [string, string, string];
  await openNotebook(page, `${tmpPath}/publish.ipynb`, [
    publishCode([first, second]),
    publishCode([third])
  ]);
  await page.notebook.runCell(0, true);

  const panel = await openTab(page, 'Search');
  await panel.getByRole('textbox', { name: 'Search models' }).fill('glad letters of sailors');
  await panel.getByRole('button', { name: 'Save this search' }).click();
  await expect(panel.getByText(/^Saved/)).toBeVisible();
  await page.notebook.runCell(1, true);
  await expect(panel.getByRole('tab', { name: /Search 1/ })).toBeVisible();

  for (const id of [first, second]) {
    await panel.getByRole('checkbox', { name: `Compare ${id}` }).check();
  }
  await panel.getByRole('button', { name: 'Compare 2' }).click();
  const comparison = page.getByRole('article', { name: 'Comparison' });
  await expect(
    comparison.getByRole('row', { name: /accuracy/ })
  ).toContainText('0.91 (best)');
  await expectAccessible(page, 'article[aria-label="Comparison"]');
  await picture(page, 'compare-models');

  await comparison.getByRole('button', { name: first, exact: true }).click();
  const model = page.getByRole('article', { name: first });
  await model.getByRole('button', { name: 'Write a review…' }).click();
  await model.getByRole('radio', { name: '5 of 5 stars' }).check({
    force: true
  });
  await model
    .getByLabel('What was good, what was not?')
    .fill('Knows every sailor.');
  await model.getByRole('button', { name: 'Publish review' }).click();
  await expect(model.getByRole('region', { name: 'Reviews' })).toContainText(
    '5.0 · 1 review'
  );

  await panel.getByRole('textbox', { name: 'Search models' }).fill('');
  await panel
    .getByRole('button', { name: 'glad letters of sailors', exact: true })
    .click();
  await expect(panel.getByRole('tab', { name: 'Search' })).toHaveText('Search');

  await panel
    .getByRole('textbox', { name: 'Search models' })
    .fill('letters of sailors under 1 MB');
  const size = panel.getByRole('combobox', { name: /under (1|500) / });
  await size.selectOption({ label: 'under 500 kB' });
  await expect(size).toHaveAccessibleName(/under 500 kB/);
  await panel.getByRole('button', { name: 'Leave out “under 500 kB”' }).click();
  await expect(size).toBeHidden();
});
