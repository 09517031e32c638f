import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '@jupyterlab/galata';
import { openTab, publish } from '../support/hub';
import { picture } from '../support/people';

const FACTS = {
  license: 'mit',
  task: 'image-classification',
  library: 'sklearn',
  summary: 'Recognises handwritten digits in images of 8 by 8 pixels.',
  provenance: {
    notebook: 'examples/quickstart.ipynb',
    cell: 'c1',
    python: '3.11.7',
    git: { commit: '0123456789abcdef', branch: 'main', dirty: true },
    packages: { numpy: '2.3.1', 'scikit-learn': '1.7.2' }
  }
};

async function faults(page: Page, place: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .include(place)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa'])
    .analyze();
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`
  );
}

test.beforeAll(async ({ browser, baseURL }) => {
  const page = await browser.newPage({ baseURL });
  const files = { 'weights.txt': '1', 'config.json': '{}' };
  for (const [accuracy, log_loss] of [
    [0.91, 0.41],
    [0.947, 0.32],
    [0.9722, 0.35]
  ]) {
    await publish(
      page,
      'team/looked-at',
      { ...files, 'weights.txt': `${accuracy}` },
      { ...FACTS, message: 'better', metrics: { accuracy, log_loss } }
    );
  }
  await page.close();
});

for (const theme of ['light', 'dark'] as const) {
  test(`the panel and the pages keep WCAG 2.1 AA in the ${theme} theme`, async ({
    page
  }) => {
    if (theme === 'dark') {
      await page.theme.setDarkTheme();
    }
    const panel = await openTab(page, 'Search');
    expect(await faults(page, '.jp-HubPanel')).toEqual([]);

    await panel.getByRole('searchbox').fill('digits under 1 MB, mit license');
    const hits = panel.getByRole('list', { name: 'Found models' });
    await expect(hits).toContainText('team/looked-at');
    expect(await faults(page, '.jp-HubPanel')).toEqual([]);

    await hits
      .getByRole('button', { name: 'team/looked-at', exact: true })
      .click();
    const model = page.getByRole('article', { name: 'team/looked-at' });
    await expect(model.getByRole('img').first()).toBeVisible();
    await expect(
      model.getByRole('region', { name: 'Model card' })
    ).toContainText('handwritten');
    expect(await faults(page, '.jp-HubPage')).toEqual([]);
    await picture(page, `model-page-${theme}`);

    for (const tab of ['Models', 'Runs'] as const) {
      await openTab(page, tab);
      await expect(panel.getByRole('status').last()).not.toHaveText('Loading…');
      expect(await faults(page, '.jp-HubPanel')).toEqual([]);
    }
  });
}
