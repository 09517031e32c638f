import { expect, test } from '@jupyterlab/galata';
import { openTab, publish } from '../support/hub';
import { expectAccessible, picture } from '../support/look';
import { unique } from '../support/people';

test('collections, webhooks, other hubs and collaborators are looked after', async ({
  page
}) => {
  const first = `ada/${unique('first')}`;
  const second = `ada/${unique('second')}`;
  for (const repo of [first, second]) {
    await publish(page, repo, { 'README.md': '# A model\n' });
  }
  const panel = await openTab(page, 'Models');
  await panel.getByRole('button', { name: 'Your hub' }).click();
  const hub = page.getByRole('article', { name: 'Your hub' });

  // a collection: made, filled, put in order, noted on
  const title = unique('Good ones');
  const form = hub.getByRole('region', { name: 'New collection' });
  await form.getByRole('textbox', { name: 'Title' }).fill(title);
  await form.getByRole('button', { name: 'Create collection' }).click();
  const collection = hub.getByRole('region', { name: title });
  for (const repo of [first, second]) {
    await collection.getByRole('textbox', { name: 'Its name' }).fill(repo);
    await collection
      .getByRole('button', { name: 'Add', exact: true })
      .click();
    await expect(
      collection.getByRole('button', { name: repo, exact: true })
    ).toBeVisible();
  }
  await collection.getByRole('button', { name: `Move ${second} up` }).click();
  await expect(collection.getByRole('listitem').first()).toContainText(second);
  await collection
    .getByRole('button', { name: `Write a note on ${second}` })
    .click();
  await collection
    .getByRole('textbox', { name: `Note on ${second}` })
    .fill('the better one');
  await collection.getByRole('button', { name: 'Save' }).click();
  await expect(collection.getByText('the better one')).toBeVisible();
  await expectAccessible(page, '.jp-HubPage');
  await picture(page, 'collections');

  // a webhook: added, told something, silenced
  await hub.getByRole('tab', { name: 'Webhooks' }).click();
  const address = `https://${unique('hook').toLowerCase()}.invalid/told`;
  await hub.getByRole('textbox', { name: 'Address' }).fill(address);
  await hub.getByRole('combobox', { name: 'Watch' }).selectOption('user');
  await hub.getByRole('textbox', { name: 'Its name' }).fill('ada');
  await hub.getByRole('button', { name: 'Add webhook' }).click();
  const webhook = hub.getByRole('listitem').filter({ hasText: address });
  await expect(webhook).toContainText('user ada');
  await publish(page, first, { 'README.md': '# Another one\n' });
  await webhook
    .getByRole('button', { name: `What ${address} was told` })
    .click();
  await expect(webhook.getByText(/repo\.content update/).first()).toBeVisible();
  await webhook.getByText(/repo\.content update/).first().click();
  await expect(webhook.getByText(`"name": "${first}"`)).toBeVisible();
  await expectAccessible(page, '.jp-HubPage');
  await picture(page, 'webhooks');
  await webhook
    .getByRole('button', { name: `Let ${address} be silent` })
    .click();
  await expect(webhook.getByText('silent')).toBeVisible();

  // a token for another hub: kept, never shown, forgotten
  await hub.getByRole('tab', { name: 'Other hubs' }).click();
  const other = hub.getByRole('listitem').filter({ hasText: 'huggingface.co' });
  await other.getByLabel('Your token for it').fill('hf_secret');
  await other.getByRole('button', { name: 'Keep' }).click();
  await expect(other.getByText('your token is kept')).toBeVisible();
  await expect(page.getByText('hf_secret')).toHaveCount(0);
  await expectAccessible(page, '.jp-HubPage');
  await picture(page, 'other-hubs');
  await other.getByRole('button', { name: /^Forget/ }).click();
  await page.getByRole('button', { name: 'Forget', exact: true }).click();
  await expect(other.getByText('your token is kept')).toHaveCount(0);

  // the page of a repo: it goes into collections, and out of them
  await hub.getByRole('tab', { name: 'Collections' }).click();
  await collection.getByRole('button', { name: first, exact: true }).click();
  const repo = page.getByRole('article', { name: first });
  await repo.getByRole('button', { name: 'Add to collection…' }).click();
  const choice = page.getByRole('dialog', { name: /^Collections with/ });
  const held = choice.getByRole('checkbox', { name: title });
  await expect(held).toBeChecked();
  await held.click();
  await expect(held).not.toBeChecked();
  const started = unique('Started here');
  await choice
    .getByRole('textbox', { name: 'Title of a new collection' })
    .fill(started);
  await choice.getByRole('button', { name: 'Create with it' }).click();
  await expect(choice.getByRole('checkbox', { name: started })).toBeChecked();
  await expectAccessible(page, '.jp-HubModal');
  await choice.getByRole('button', { name: 'Close' }).click();

  // a collaborator: let into one repo, and removed
  await repo.getByRole('tab', { name: 'Settings' }).click();
  const people = repo.getByRole('region', { name: 'Collaborators' });
  await people.getByRole('textbox', { name: 'User name' }).fill('bob');
  await people.getByRole('button', { name: 'Add collaborator' }).click();
  await expect(
    people.getByRole('combobox', { name: 'Role of bob' })
  ).toHaveValue('write');
  await picture(page, 'collaborators');
  await people.getByRole('button', { name: 'Remove bob…' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(people.getByText('Nobody yet.')).toBeVisible();
});
