import { createHash } from 'node:crypto';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { Locator, Page } from '@playwright/test';
import { openTab, publish } from '../support/hub';
import { expectAccessible, picture } from '../support/look';
import { person, unique } from '../support/people';

const SAFETENSORS = (() => {
  const header = JSON.stringify({
    __metadata__: { format: 'pt' },
    'encoder.weight': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    'encoder.bias': { dtype: 'F32', shape: [2], data_offsets: [24, 32] }
  });
  const bytes = Buffer.alloc(8 + header.length + 32);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  return bytes;
})();

const NOTEBOOK = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python3', language: 'python' } },
  cells: [
    { cell_type: 'markdown', id: 'a', metadata: {}, source: '# Training' },
    {
      cell_type: 'code',
      id: 'b',
      metadata: {},
      execution_count: 1,
      source: 'print("done")',
      outputs: [
        { output_type: 'stream', name: 'stdout', text: 'done\n' },
        {
          output_type: 'display_data',
          metadata: {},
          data: {
            'text/html':
              '<b>bold</b><script>window.wasRun = true</script><img src="x" onerror="window.wasRun = true">'
          }
        }
      ]
    }
  ]
});

/** One grey pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
);

const API = '/hubcollab/api/repos';

async function commit(
  page: Page,
  repo: string,
  files: Record<string, string | Buffer>,
  message: string,
  branch = 'main'
): Promise<void> {
  const puts = [];
  for (const [path, text] of Object.entries(files)) {
    const data = Buffer.from(text);
    const digest = createHash('sha256').update(data).digest('hex');
    await page.request.put(`/hubcollab/api/blobs/${digest}`, { data });
    puts.push({ path, digest, sizeBytes: data.length });
  }
  const reply = await page.request.post(`${API}/models/${repo}/commits`, {
    data: { message, branch, puts }
  });
  expect(reply.status(), await reply.text()).toBe(201);
}

/** Open the page of a model from the panel. */
async function openPage(
  page: IJupyterLabPageFixture,
  id: string
): Promise<Locator> {
  const panel = await openTab(page, 'Models');
  const list = panel.getByRole('list', { name: 'Models' });
  await list.getByRole('button', { name: id, exact: true }).click();
  const model = page.getByRole('article', { name: id });
  await expect(model).toBeVisible();
  return model;
}

async function look(page: IJupyterLabPageFixture, name: string): Promise<void> {
  await expectAccessible(page, '.jp-HubPage');
  await picture(page, name);
}

test('files are listed, previewed safely, and downloaded', async ({ page }) => {
  const id = `team/${unique('shelf')}`;
  await publish(page, id, { 'weights.txt': '1' }, { message: 'first' });
  const files = {
    'data/rows.csv': 'name,count\n"Ada, Countess",1\nBob,2\n',
    'data/deep/config.json': '{"layers":2,"name":"tiny"}',
    'train.ipynb': NOTEBOOK,
    'model.safetensors': SAFETENSORS,
    'logo.svg':
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><script>window.wasRun = true</script><circle r="20" cx="20" cy="20"/></svg>',
    'long.txt': 'a line of text\n'.repeat(40_000)
  };
  await commit(page, id, files, 'more files');
  const model = await openPage(page, id);
  await model.getByRole('tab', { name: 'Files' }).click();
  const tab = model.getByRole('tabpanel', { name: 'Files' });

  await expect(tab.getByRole('row', { name: /model.safetensors/ })).toContainText(
    'LFS'
  );
  await expect(tab.getByRole('row', { name: /data\// })).toContainText('61 B');
  await look(page, 'files');

  await tab.getByRole('button', { name: 'model.safetensors' }).click();
  await expect(tab.getByRole('row', { name: /encoder.weight/ })).toContainText(
    '2 × 3'
  );
  await picture(page, 'tensors');

  const back = tab
    .getByRole('navigation', { name: 'Folder' })
    .getByRole('button')
    .first();
  await back.click();
  await tab.getByRole('button', { name: 'train.ipynb' }).click();
  await expect(tab.getByRole('heading', { name: 'Training' })).toBeVisible();
  await expect(tab.getByText('bold')).toBeVisible();
  await picture(page, 'notebook');

  await back.click();
  await tab.getByRole('button', { name: 'logo.svg' }).click();
  await expect(tab.getByRole('img', { name: 'logo.svg' })).toBeVisible();
  expect(await page.evaluate('window.wasRun')).toBeUndefined();

  await back.click();
  await tab.getByRole('button', { name: 'long.txt' }).click();
  await expect(tab.getByText('The first 262 kB.')).toBeVisible();
  await tab.getByRole('button', { name: 'Show more' }).click();
  await expect(tab.getByText('The first', { exact: false })).toHaveCount(0);

  await back.click();
  await tab.getByRole('button', { name: 'data/' }).click();
  await tab.getByRole('button', { name: 'rows.csv' }).click();
  await expect(tab.getByRole('cell', { name: 'Ada, Countess' })).toBeVisible();
  const download = page.waitForEvent('download');
  await tab.getByRole('link', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toBe('rows.csv');
});

test('an upload survives a lost connection and becomes one commit that others see', async ({
  page,
  browser,
  baseURL,
  tmpPath,
  waitForApplication
}) => {
  const id = `team/${unique('basket')}`;
  await publish(page, id, { 'weights.txt': '1' });
  const lab = { browser, baseURL, tmpPath, waitForApplication };
  const bob = await person('bob', lab);
  const theirs = await openPage(bob, id);
  await theirs.getByRole('tab', { name: 'Files' }).click();

  const model = await openPage(page, id);
  await model.getByRole('tab', { name: 'Files' }).click();
  await model.getByRole('button', { name: 'Upload files' }).click();
  const upload = model.getByRole('region', { name: 'Upload' });
  await upload.locator('input[data-choose="files"]').setInputFiles([
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') },
    {
      name: 'large.bin',
      mimeType: 'application/octet-stream',
      // What the hub has already is not sent: other bytes in each run.
      buffer: Buffer.alloc(20 << 20, id)
    }
  ]);
  await expect(upload.getByText('2 files chosen')).toBeVisible();
  await upload.getByRole('textbox', { name: 'Commit message' }).fill('Two');
  await look(page, 'upload');

  // The second part of the large file is lost on the way.
  let parts = 0;
  await page.route('**/part?*', async route => {
    parts += route.request().method() === 'PUT' ? 1 : 0;
    await (parts === 2 ? route.abort('connectionreset') : route.continue());
  });
  await upload.getByRole('button', { name: 'Upload and commit' }).click();
  await expect(upload.getByText(/2 files committed as/)).toBeVisible();
  expect(parts).toBe(4);

  await expect(theirs.getByRole('button', { name: 'large.bin' })).toBeVisible();
  const tree = await page.request.get(`${API}/models/${id}/commits`);
  const [newest, before] = (await tree.json()).commits;
  expect([newest.message, newest.parents]).toEqual(['Two', [before.id]]);
  await bob.context().close();
});

test('a stopped upload leaves nothing behind, and files can be dropped', async ({
  page
}) => {
  const id = `team/${unique('stop')}`;
  await publish(page, id, { 'weights.txt': '1' });
  const model = await openPage(page, id);
  await model.getByRole('tab', { name: 'Files' }).click();
  const tab = model.getByRole('tabpanel', { name: 'Files' });
  await expect(tab.getByRole('button', { name: 'weights.txt' })).toBeVisible();

  const dropped = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['x'.repeat(30 << 20)], 'dropped.bin'));
    return transfer;
  });
  await page.route('**/part?*', route => route.abort('connectionreset'));
  const zone = tab.getByRole('button', { name: 'weights.txt' });
  await zone.dispatchEvent('drop', { dataTransfer: dropped });
  const upload = model.getByRole('region', { name: 'Upload' });
  await upload.getByRole('button', { name: 'Upload and commit' }).click();
  await expect(upload.getByText('The connection is lost')).toBeVisible();
  await upload.getByRole('button', { name: 'Stop' }).click();

  await expect(upload.getByText('1 file chosen')).toBeVisible();
  await expect(
    tab.getByRole('button', { name: 'dropped.bin', exact: true })
  ).toHaveCount(0);
});

test('commits show what they changed, and branches come and go', async ({
  page
}) => {
  const id = `team/${unique('story')}`;
  await publish(page, id, { 'weights.txt': '1' });
  const lines = Array.from({ length: 60 }, (_, n) => `line ${n}`);
  await commit(page, id, { 'a.txt': lines.join('\n') }, 'Write it');
  const changed = lines.with(3, 'other').with(50, 'another').join('\n');
  const weights = Buffer.alloc(2000, 1);
  await commit(page, id, { 'a.txt': changed, 'w.onnx': weights }, 'Change it');

  const model = await openPage(page, id);
  await model.getByRole('tab', { name: 'Commits' }).click();
  await expect(model.getByText('Ada committed').first()).toBeVisible();
  await picture(page, 'commits');
  await model.getByRole('button', { name: 'Change it' }).click();
  const diff = model.getByRole('region', { name: 'a.txt' });
  await expect(diff).toContainText('other');
  await expect(model.getByRole('region', { name: 'w.onnx' })).toContainText(
    'Large file, 2.0 kB'
  );
  await diff.getByRole('group', { name: 'Change 1 of 2' }).focus();
  await page.keyboard.press('n');
  await expect(
    diff.getByRole('group', { name: 'Change 2 of 2' })
  ).toBeFocused();
  await look(page, 'diff');

  await model.getByRole('tab', { name: 'Branches' }).click();
  await model.getByRole('textbox', { name: 'Name' }).fill('try/it');
  await model.getByRole('button', { name: 'Create' }).click();
  await expect(model.getByRole('button', { name: 'try/it' }).first()).toBeVisible();
  await picture(page, 'branches');
  await model.getByRole('button', { name: 'Delete try/it…' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(model.getByText('try/it was deleted.')).toBeVisible();
  await model.getByRole('button', { name: 'Undo' }).click();
  await expect(
    model.getByRole('button', { name: 'Delete try/it…' })
  ).toBeVisible();

  await model.getByRole('combobox', { name: 'Revision' }).selectOption('try/it');
  await model.getByRole('tab', { name: 'Commits' }).click();
  await model.getByRole('combobox', { name: 'From revision' }).fill('v1');
  await model.getByRole('combobox', { name: 'To revision' }).fill('try/it');
  await model.getByRole('button', { name: 'Compare' }).click();
  await expect(model.getByRole('heading', { name: 'v1 to try/it' })).toBeVisible();
  await expect(diff).toContainText('another');
});

test('people discuss, and merge what a branch changed', async ({
  page,
  browser,
  baseURL,
  tmpPath,
  waitForApplication
}) => {
  const id = `team/${unique('talk')}`;
  await publish(page, id, { 'a.txt': 'one\n' });
  await page.request.post(`${API}/models/${id}/refs`, {
    data: { kind: 'branch', name: 'better' }
  });
  await commit(page, id, { 'a.txt': 'two\n' }, 'Better text', 'better');
  const lab = { browser, baseURL, tmpPath, waitForApplication };
  const bob = await person('bob', lab);

  const model = await openPage(page, id);
  await model.getByRole('tab', { name: 'Discussions' }).click();
  await model.getByRole('button', { name: 'New discussion' }).click();
  await model.getByRole('textbox', { name: 'Title' }).fill('Use two');
  await model.getByRole('textbox', { name: 'Text' }).fill('It is **more**.');
  await model.getByRole('button', { name: 'Preview' }).click();
  await expect(model.locator('strong', { hasText: 'more' })).toBeVisible();
  await model
    .getByRole('combobox', { name: 'Changes to merge' })
    .selectOption('better');
  await picture(page, 'new-pull-request');
  await model.getByRole('button', { name: 'Open pull request' }).click();
  await expect(model.getByRole('region', { name: 'a.txt' })).toContainText('two');

  const theirs = await openPage(bob, id);
  await theirs.getByRole('tab', { name: 'Discussions' }).click();
  await theirs.getByRole('button', { name: 'Use two' }).click();
  const talk = theirs.getByRole('tabpanel');
  await talk.getByRole('textbox', { name: 'Comment' }).fill('I agree.');
  await talk.getByLabel('Files to attach').setInputFiles({
    name: 'curve.png',
    mimeType: 'image/png',
    buffer: PICTURE
  });
  await expect(talk.getByRole('textbox', { name: 'Comment' })).toHaveValue(
    /I agree\.\n\n!\[curve\.png\]\(http/
  );
  await talk.getByRole('button', { name: 'Comment', exact: true }).click();

  await expect(model.getByText('I agree.')).toBeVisible();
  const curve = model.getByRole('img', { name: 'curve.png' });
  await expect(curve).toHaveJSProperty('naturalWidth', 1);
  await look(page, 'pull-request');
  await model.getByRole('button', { name: 'Merge into main…' }).click();
  await page.getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(model.getByRole('heading', { name: /Use two/ })).toContainText(
    'merged'
  );
  await expect(theirs.getByRole('heading', { name: /Use two/ })).toContainText(
    'merged'
  );
  await bob.context().close();
});

test('access is set, a request accepted, a branch protected, a name changed, a token made once', async ({
  page,
  browser,
  baseURL,
  tmpPath,
  waitForApplication
}) => {
  const id = `ada/${unique('safe')}`;
  await publish(page, id, { 'a.txt': 'one\n' });
  const model = await openPage(page, id);
  await model.getByRole('tab', { name: 'Settings' }).click();
  await expect(model.getByRole('region', { name: 'Storage' })).toContainText(
    'History'
  );
  await model
    .getByRole('combobox', { name: 'Files' })
    .selectOption({ label: 'After asking, granted by hand' });
  await expect(model.getByText('Nobody has asked yet.')).toBeVisible();

  const lab = { browser, baseURL, tmpPath, waitForApplication };
  const bob = await person('bob', lab);
  const theirs = await openPage(bob, id);
  const gate = theirs.getByRole('form', { name: 'Ask for access' });
  await gate.getByRole('textbox').fill('for my thesis');
  await gate.getByRole('button', { name: 'Ask for access' }).click();
  await expect(theirs.getByText('You asked for the files.')).toBeVisible();
  await bob.context().close();
  await model.getByRole('tab', { name: 'Card' }).click();
  await model.getByRole('tab', { name: 'Settings' }).click();
  await expect(model.getByText('for my thesis')).toBeVisible();
  await model.getByRole('button', { name: 'Accept Bob' }).click();
  await expect(model.getByText(/accepted/)).toBeVisible();

  const refs = model.getByRole('region', { name: 'Protected branches' });
  await refs.getByRole('textbox').fill('release/*');
  await refs.getByRole('button', { name: 'Protect' }).click();
  await expect(refs.getByText('only admins write to it')).toBeVisible();
  await look(page, 'settings');

  await model.getByRole('textbox', { name: 'Name', exact: true }).fill(`${id}2`);
  await model.getByRole('button', { name: 'Rename…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Rename' })).toBeDisabled();
  await dialog.getByRole('textbox').fill(id);
  await dialog.getByRole('button', { name: 'Rename' }).click();
  const renamed = page.getByRole('article', { name: `${id}2` });
  await expect(renamed).toBeVisible();
  await expect(page.getByText(`${id} has another name now.`)).toBeAttached();

  const panel = await openTab(page, 'Models');
  await panel.getByRole('button', { name: 'Your hub' }).click();
  const tokens = page.getByRole('article', { name: 'Your hub' });
  await tokens.getByRole('tab', { name: 'Access tokens' }).click();
  const name = unique('laptop');
  await tokens.getByRole('textbox', { name: 'What is it for?' }).fill(name);
  await tokens.getByRole('button', { name: 'Create token' }).click();
  await expect(tokens.getByText(/^hc_/)).toBeVisible();
  await expectAccessible(page, '.jp-HubTokens');
  await picture(page, 'tokens');
  await tokens.getByRole('tab', { name: 'Collections' }).click();
  await tokens.getByRole('tab', { name: 'Access tokens' }).click();
  await expect(tokens.getByText(name)).toBeVisible();
  await expect(tokens.getByText(/^hc_/)).toHaveCount(0);
  await tokens.getByRole('button', { name: `Revoke ${name}…` }).click();
  await page.getByRole('button', { name: 'Revoke', exact: true }).click();
  await expect(tokens.getByText(name)).toHaveCount(0);
});

test('a dataset is made in the panel and has the same page', async ({
  page
}) => {
  const id = `ada/${unique('rows')}`;
  const panel = await openTab(page, 'Models');
  await panel.getByRole('button', { name: 'New…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Kind' }).selectOption('dataset');
  await dialog.getByRole('textbox', { name: 'Name' }).fill(id);
  await dialog.getByRole('button', { name: 'Create' }).click();
  const dataset = page.getByRole('article', { name: id });
  await expect(dataset.getByRole('region', { name: 'Dataset card' })).toBeVisible();

  await panel
    .getByRole('combobox', { name: 'What to list' })
    .selectOption('dataset');
  await expect(panel.getByRole('button', { name: id })).toBeVisible();
  await expectAccessible(page, '.jp-HubPanel');
  await picture(page, 'datasets');
});
