import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { publish } from '../support/hub';
import { expectAccessible, picture } from '../support/look';
import { person } from '../support/people';

async function editCard(
  page: IJupyterLabPageFixture,
  id: string
): Promise<Locator> {
  await expect
    .poll(() =>
      page.evaluate(() =>
        window.jupyterapp.commands.hasCommand('hubcollab:edit-card')
      )
    )
    .toBe(true);
  await page.evaluate(
    repo =>
      window.jupyterapp.commands.execute('hubcollab:edit-card', {
        kind: 'model',
        id: repo
      }),
    id
  );
  const card = page.getByRole('article', { name: `Card of ${id}` });
  await expect(card).toBeVisible();
  return card;
}

test('two people write a card at once, are told what is missing, and commit it', async ({
  page,
  browser,
  baseURL,
  tmpPath,
  waitForApplication
}) => {
  test.slow();
  const id = `team/card${Date.now()}`;
  await publish(
    page,
    id,
    { 'weights.txt': '1' },
    { metrics: { accuracy: 0.9 }, parameters: { depth: '3' } }
  );
  const bob = await person('bob', {
    browser,
    baseURL,
    tmpPath,
    waitForApplication
  });

  // Ada fills in a field of the form, Bob sees it in the text
  const adas = await editCard(page, id);
  await adas.getByRole('combobox', { name: 'Licence' }).fill('apache-2.0');
  await adas.getByRole('combobox', { name: 'Languages' }).fill('fr');
  await page.keyboard.press('Enter');
  const bobs = await editCard(bob, id);
  const text = bobs.getByRole('textbox', {
    name: 'Markdown with front matter'
  });
  await expect(text).toContainText('license: apache-2.0');
  await expect(bobs.getByText('Also here: Ada')).toBeVisible();

  // Bob writes at the end of the text, Ada in the form: both stay
  await text.click();
  await bob.keyboard.press('Control+End');
  await bob.keyboard.type('\n\n## Limitations\n\nOnly Arabic numerals.');
  await adas.getByRole('combobox', { name: 'Task' }).fill('translation');
  await expect(text).toContainText('pipeline_tag: translation');
  await expect(adas.getByText('Only Arabic numerals.')).toBeVisible();
  await expect(adas.getByText('Where it fails')).toBeHidden();

  // What is recorded is filled in, and nothing else
  await adas.getByRole('button', { name: 'Fill in what is known' }).click();
  await expect(adas.getByText(/^Filled in: .*training/)).toBeVisible();
  await expect(text).toContainText('| depth | 3 |');
  await expectAccessible(page, '.jp-HubCardEditor');
  await picture(page, 'card');

  // Ada commits it; the page shows it, and the draft is gone
  await adas.getByRole('button', { name: 'Commit' }).click();
  await page.getByRole('button', { name: `Show ${id}` }).click();
  const shown = page.getByRole('article', { name: id, exact: true });
  await expect(
    shown.getByRole('heading', { name: 'Limitations' })
  ).toBeVisible();
  const reply = await page.request.get(`/hubcollab/api/models/${id}/card`);
  expect((await reply.json()).metadata).toMatchObject({
    license: 'apache-2.0',
    language: ['fr'],
    pipeline_tag: 'translation'
  });
  await bob.close();
});
