import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { Page } from '@playwright/test';
import { openNotebook } from '../support/hub';
import { person } from '../support/people';

const CELL = `import ipywidgets as w
s = w.IntSlider(description="shared", value=3, max=99)
b = w.Button(description="add")
b.on_click(lambda _: setattr(s, "value", s.value + 1))
shown = w.interactive_output(lambda x: print("x is", x), {"x": s})
w.VBox([s, b, shown])`;

/** Everybody sees this number at the slider, and what was computed of it. */
async function expectShared(value: string, ...pages: Page[]): Promise<void> {
  for (const page of pages) {
    await expect(page.locator('.widget-readout')).toHaveText(value);
    await expect(page.locator('.widget-output')).toContainText(`x is ${value}`);
  }
}

async function slideTo(
  page: IJupyterLabPageFixture,
  value: string
): Promise<void> {
  await page.locator('.widget-readout').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(value);
  await page.keyboard.press('Enter');
}

test('widgets show the same to all, whoever moves them', async ({
  page,
  browser,
  baseURL,
  tmpPath,
  waitForApplication
}) => {
  const path = `${tmpPath}/widgets.ipynb`;
  await openNotebook(page, path, [CELL]);
  const bob = await person('bob', {
    browser,
    baseURL,
    tmpPath,
    waitForApplication
  });
  await bob.notebook.openByPath(path);

  await page.notebook.selectCells(0);
  await page.keyboard.press('Control+Enter');
  await expectShared('3', page, bob);

  await slideTo(page, '50');
  await expectShared('50', page, bob);
  await bob.getByRole('button', { name: 'add', exact: true }).click();
  await expectShared('51', page, bob);
  await slideTo(bob, '20');
  await expectShared('20', page, bob);
  await bob.context().close();
});
