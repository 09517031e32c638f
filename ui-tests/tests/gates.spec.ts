import { createHash } from 'node:crypto';
import { expect, test } from '@jupyterlab/galata';
import { openTab, publish } from '../support/hub';
import { expectAccessible, picture } from '../support/look';
import { unique } from '../support/people';

const FILES = {
  'hubcollab.yaml': `
protected: [champion]
environment: server
card: [license]
evaluations: [{name: quick, python: quick.py, metrics: {accuracy: {min: 0.5}}}]
`,
  'quick.py': 'print("measuring")\nmetrics = {"accuracy": 0.75}\n'
};

test('a version is judged, promoted only if it passes, and its rules are completed', async ({
  page,
  tmpPath
}) => {
  const id = `team/${unique('judged')}`;
  await publish(page, id, { 'weights.json': '1' });
  const puts = [];
  for (const [path, text] of Object.entries(FILES)) {
    const data = Buffer.from(text);
    const digest = createHash('sha256').update(data).digest('hex');
    await page.request.put(`/hubcollab/api/blobs/${digest}`, { data });
    puts.push({ path, digest, sizeBytes: data.length });
  }
  await page.request.post(`/hubcollab/api/repos/models/${id}/commits`, {
    data: { message: 'Rules', puts }
  });

  const panel = await openTab(page, 'Models');
  const list = panel.getByRole('list', { name: 'Models' });
  await list.getByRole('button', { name: id, exact: true }).click();
  const model = page.getByRole('article', { name: id });
  await model.getByRole('tab', { name: 'Gates' }).click();
  const tab = model.getByRole('tabpanel', { name: 'Gates' });
  const runs = tab.getByRole('list', { name: 'Runs' });
  await expect(runs.getByRole('row', { name: /card: license/ })).toContainText(
    'failed'
  );
  await tab.getByRole('button', { name: 'Log of v1' }).click();
  await expect(tab.getByRole('log')).toContainText('measuring');
  await tab.getByRole('button', { name: 'Promote' }).click();
  await expect(tab.getByRole('alert')).toContainText("'champion' is protected");

  await publish(page, id, { 'weights.json': '2' }, { license: 'mit' });
  await expect(
    runs.getByRole('listitem').first().getByRole('status')
  ).toHaveText('passed', { timeout: 60_000 });
  await tab.getByLabel('leads to').selectOption('v2');
  await tab.getByRole('button', { name: 'Promote' }).click();
  await expect(tab.getByText('champion → v2')).toBeVisible();
  await expectAccessible(page, '.jp-HubPage');
  await picture(page, 'gates');

  const path = `${tmpPath}/hubcollab.yaml`;
  await page.contents.uploadContent('card: [license]\n', 'text', path);
  await page.sidebar.openTab('filebrowser');
  await page.filebrowser.open(path);
  const rules = page.locator('.jp-FileEditor .cm-content');
  await rules.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('lic');
  // The editor takes no key for a choice in the moment in which it appears.
  await page.getByRole('option', { name: /licenses/ }).click();
  await expect(rules).toContainText('licenses:');
});
