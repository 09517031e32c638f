import { expect, test } from '@jupyterlab/galata';
import type { Locator, Page } from '@playwright/test';
import { editor, notebookOf, openNotebook } from '../support/hub';
import { expectAccessible, picture } from '../support/look';
import { person } from '../support/people';

const CELLS = [
  'x = 1  # the first cell',
  ...Array(30).fill('# filler'),
  'y = 2'
];

function together(page: Page): Locator {
  return page.getByRole('region', { name: 'Together', exact: true });
}

async function openTogether(page: Page): Promise<Locator> {
  const panel = together(page);
  if (!(await panel.isVisible())) {
    await page.evaluate(() =>
      window.jupyterapp.commands.execute('hubcollab:show-together')
    );
  }
  await expect(panel).toBeVisible();
  return panel;
}

async function show(page: Page, path: string): Promise<void> {
  await page.evaluate(async given => {
    await window.jupyterapp.commands.execute('docmanager:open', {
      path: given
    });
  }, path);
}

test('people comment on words, mention and follow each other, and give roles', async ({
  page,
  browser,
  baseURL,
  tmpPath,
  waitForApplication
}) => {
  test.slow();
  const path = `${tmpPath}/talk.ipynb`;
  await openNotebook(page, path, CELLS);
  const bob = await person('bob', {
    browser,
    baseURL,
    tmpPath,
    waitForApplication
  });
  await bob.notebook.openByPath(path);

  // Ada comments on a word and mentions Bob
  await editor(page, 0).click();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowRight');
  const panel = await openTogether(page);
  await panel.getByRole('button', { name: 'Comment…' }).click();
  await panel
    .getByRole('textbox', { name: 'New comment' })
    .fill('A better name, @bob?');
  await page.keyboard.press('Control+Enter');
  const thread = panel
    .getByRole('listitem')
    .filter({ hasText: 'A better name' });
  await expect(thread.first()).toBeVisible();

  // Bob is told, sees it at the cell, and answers
  await expect(bob.getByText('Ada: A better name, @bob?')).toBeVisible();
  const bobs = await openTogether(bob);
  await expect(
    bob.getByRole('button', { name: '1 comment on this cell' })
  ).toBeVisible();
  const word = editor(bob, 0).getByRole('mark');
  await expect(word).toHaveText('x');
  await word.click();
  await expect(bobs.locator('[aria-current]')).toContainText('A better name');
  await bob.keyboard.press('Control+Alt+m');
  await expect(bobs.locator('[aria-current]')).toBeFocused();
  await bobs.getByRole('button', { name: 'Answer' }).click();
  await bobs.getByRole('textbox', { name: 'Answer' }).fill('Yes: answer');
  await bob.keyboard.press('Control+Enter');
  await expect(panel.getByText('Yes: answer')).toBeVisible();
  await picture(page, 'comments');
  await expectAccessible(page, '#jupyter-hubcollab-together');

  // each sees where the other is; following scrolls along
  await editor(bob, 0).click();
  await panel.getByRole('tab', { name: 'People' }).click();
  await expect(
    page.getByRole('img', { name: /Bob is in this cell/ })
  ).toBeVisible();
  await panel.getByRole('button', { name: 'Follow Bob' }).click();
  await picture(page, 'people');
  await bob.notebook.selectCells(31);
  await expect(editor(page, 31)).toBeInViewport();

  // into another notebook, too
  const other = `${tmpPath}/other.ipynb`;
  await bob.contents.uploadContent(notebookOf(['other = 1']), 'text', other);
  await show(bob, other);
  await expect(editor(page, 0)).toHaveText('other = 1');
  await show(bob, path);
  await expect(editor(page, 31)).toHaveText('y = 2');

  // the word moves and is deleted: the comment says so
  await panel.getByRole('tab', { name: 'Comments' }).click();
  await editor(bob, 0).click();
  await bob.keyboard.press('Control+a');
  await bob.keyboard.type('z = 3');
  await expect(
    panel.getByText('These words stand there no more.')
  ).toBeVisible();

  // Ada lets Bob only look
  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('hubcollab:notebook-roles');
  });
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Role of everybody else').selectOption('viewer');
  await picture(page, 'roles');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(
    bob.getByText('You may read this notebook.').first()
  ).toBeVisible();
  await editor(bob, 0).click();
  await bob.keyboard.type('FORBIDDEN');
  await editor(page, 0).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' + 1');
  await expect(editor(bob, 0)).toHaveText('z = 3 + 1');
  await expect(editor(page, 0)).toHaveText('z = 3 + 1');

  // who is gone is gone for all
  await panel.getByRole('tab', { name: 'People' }).click();
  await expect(panel.getByRole('button', { name: 'Follow Bob' })).toBeVisible();
  await bob.context().close();
  await expect(panel.getByRole('button', { name: 'Follow Bob' })).toBeHidden();
});

const SLOW = `import time
for i in range(12):
    print("tick", i, flush=True)
    time.sleep(0.5)`;

test('a cell keeps running when its tab is closed, and asks for input', async ({
  page,
  browser,
  baseURL,
  tmpPath,
  waitForApplication
}) => {
  const path = `${tmpPath}/run.ipynb`;
  await openNotebook(page, path, [SLOW, 'print("hello", input("who? "))']);
  const bob = await person('bob', {
    browser,
    baseURL,
    tmpPath,
    waitForApplication
  });
  await bob.notebook.openByPath(path);
  await bob.notebook.selectCells(0);
  await bob.keyboard.press('Control+Enter');
  await expect(page.getByText('tick 1').first()).toBeVisible();
  await bob.context().close();

  await expect(page.getByText('tick 11').first()).toBeVisible();
  await expect(page.getByText('[1]:').first()).toBeVisible();

  await page.notebook.selectCells(1);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('dialog').getByRole('textbox').fill('Ada');
  await page.keyboard.press('Enter');
  await expect(page.getByText('hello Ada').first()).toBeVisible();
});

test('one suggests changes, another accepts them cell by cell', async ({
  page,
  browser,
  baseURL,
  tmpPath,
  waitForApplication
}) => {
  test.slow();
  const path = `${tmpPath}/suggest.ipynb`;
  await openNotebook(page, path, ['x = 1', 'y = 2']);
  const bob = await person('bob', {
    browser,
    baseURL,
    tmpPath,
    waitForApplication
  });
  await bob.notebook.openByPath(path);

  // Bob works in a copy
  const bobs = await openTogether(bob);
  await bobs.getByRole('tab', { name: 'Suggestions' }).click();
  await bobs.getByRole('button', { name: 'Suggest changes…' }).click();
  await bob.getByRole('dialog').getByRole('textbox').fill('Better names');
  await bob.getByRole('button', { name: 'Begin' }).click();
  await expect(bob.getByText('You work on the suggestion')).toBeVisible();
  await editor(bob, 0).click();
  await bob.keyboard.press('End');
  await bob.keyboard.type('0');
  await editor(bob, 1).click();
  await bob.keyboard.press('End');
  await bob.keyboard.type('5');
  await expect(editor(page, 0)).toHaveText('x = 1');

  // Ada takes one change over and leaves the other
  const panel = await openTogether(page);
  await panel.getByRole('tab', { name: 'Suggestions' }).click();
  await panel.getByRole('button', { name: 'Show changes' }).first().click();
  const changes = panel.getByRole('list', { name: 'Changes' });
  await expect(changes.getByText('+ y = 25')).toBeVisible();
  await picture(page, 'suggestions');
  await expectAccessible(page, '#jupyter-hubcollab-together');
  await changes.getByRole('button', { name: 'Accept' }).first().click();
  await expect(editor(page, 0)).toHaveText('x = 10');
  await expect(changes.getByText('accepted by Ada')).toBeVisible();
  await changes.getByRole('button', { name: 'Reject' }).click();
  await expect(changes.getByText('rejected by Ada')).toBeVisible();
  await expect(editor(page, 1)).toHaveText('y = 2');

  // Bob is done, and sees the notebook as it is
  await bob.getByRole('button', { name: 'Done' }).click();
  await expect(editor(bob, 0)).toHaveText('x = 10');
  await expect(editor(bob, 1)).toHaveText('y = 2');
  await bob.context().close();
});
