import { expect, test } from '@jupyterlab/galata';
import { openTab, publish } from '../support/hub';
import { expectAccessible, picture } from '../support/look';
import { unique } from '../support/people';

const FACTS = {
  license: 'bsd-3-clause',
  task: 'image-classification',
  library: 'sklearn',
  summary:
    'Recognises handwritten digits in grey images of 8 by 8 pixels, trained on the data that come with scikit-learn.',
  provenance: {
    notebook: 'examples/quickstart.ipynb',
    cell: 'c1',
    python: '3.11.7',
    git: { commit: '0123456789abcdef', branch: 'main', dirty: true },
    packages: { numpy: '2.3.1', 'scikit-learn': '1.7.2' }
  }
};

const VERSIONS = [
  { message: 'first version', accuracy: 0.91, log_loss: 0.41 },
  { message: 'more trees', accuracy: 0.947, log_loss: 0.32 },
  { message: 'gradient boosting', accuracy: 0.9722, log_loss: 0.35 }
];

test('the panel and the pages keep WCAG 2.1 AA in both themes', async ({
  page
}) => {
  const id = `team/${unique('digits')}`;
  for (const { message, ...metrics } of VERSIONS) {
    await publish(
      page,
      id,
      { 'model/weights.txt': message, 'requirements.txt': 'scikit-learn' },
      { ...FACTS, message, metrics }
    );
  }

  const panel = await openTab(page, 'Search');
  await expectAccessible(page, '.jp-HubPanel');

  await panel
    .getByRole('textbox', { name: 'Search models' })
    .fill('handwritten digit classifier under 1 MB, permissive license');
  const hits = panel.getByRole('list', { name: 'Found models' });
  await expect(hits).toContainText(id);
  await expectAccessible(page, '.jp-HubPanel');
  await picture(page, 'panel');

  await hits.getByRole('button', { name: id, exact: true }).click();

  const model = page.getByRole('article', { name: id });
  await expect(model.getByRole('img').first()).toBeVisible();
  await expect(model.getByRole('region', { name: 'Model card' })).toContainText(
    'handwritten'
  );
  await expectAccessible(page, '.jp-HubPage');
  await picture(page, 'model-page');

  for (const tab of ['Models', 'Runs'] as const) {
    await openTab(page, tab);
    await expect(panel.getByRole('status').last()).not.toHaveText('Loading…');
    await expectAccessible(page, '.jp-HubPanel');
  }
});
