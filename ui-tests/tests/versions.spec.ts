import { expect, test } from '@jupyterlab/galata';
import { publish } from '../support/hub';
import { unique } from '../support/people';

test('two versions are compared, and the worse one is deprecated', async ({
  page
}) => {
  const id = `team/${unique('steps')}`;
  for (const right of [90, 40]) {
    const rows = Array.from({ length: 100 }, (_, at) =>
      JSON.stringify({ id: at, score: Number(at < right) })
    );
    await publish(
      page,
      id,
      {
        'config.json': JSON.stringify({ width: right }),
        'evaluation/accuracy.jsonl': rows.join('\n')
      },
      { metrics: { accuracy: right / 100 } }
    );
  }
  await page.evaluate(
    model =>
      window.jupyterapp.commands.execute('hubcollab:open-model', { id: model }),
    id
  );
  const model = page.getByRole('article', { name: id });
  const versions = model.getByRole('region', { name: 'Versions' });
  await expect(versions).toContainText('Regression in v2');

  await versions.getByRole('button', { name: 'Compare', exact: true }).click();
  const diff = page.getByRole('article', { name: 'Differences' });
  await expect(diff.getByRole('region', { name: 'Metrics' })).toContainText(
    'regression'
  );
  await expect(
    diff.getByRole('row', { name: /width.*90.*40/ })
  ).toBeVisible();

  await diff.getByRole('button', { name: `${id} v2` }).click();
  await versions
    .getByRole('button', { name: 'Deprecate version v2' })
    .click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('half is wrong');
  await page.keyboard.press('Enter');
  await expect(versions).toContainText('half is wrong');

  await model.getByRole('tab', { name: 'Activity' }).click();
  const happened = model.getByRole('list', { name: 'Activity' });
  await expect(happened).toContainText(/deprecated version v2.*half is wrong/);
  await happened.getByRole('button', { name: 'v1', exact: true }).click();
  await expect(model.getByRole('combobox', { name: 'Revision' })).toHaveValue(
    'v1'
  );
});
