import AxeBuilder from '@axe-core/playwright';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect } from '@playwright/test';

/** Where pictures go, if they are wanted. */
const SHOTS = process.env.HUBCOLLAB_SHOTS;

const THEMES = ['light', 'dark'] as const;

/** Do something in the light and in the dark theme; light again at the end. */
export async function inEachTheme(
  page: IJupyterLabPageFixture,
  work: (theme: (typeof THEMES)[number]) => Promise<void>
): Promise<void> {
  await work('light');
  await page.theme.setDarkTheme();
  await work('dark');
  await page.theme.setLightTheme();
}

/** Pictures for the documents, light and dark; nothing where none is asked for. */
export async function picture(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  if (SHOTS) {
    await inEachTheme(page, async theme => {
      const path = `${SHOTS}/${name}-${theme}.png`;
      await page.screenshot({ path, animations: 'disabled' });
    });
  }
}

/** What stands in *place* keeps WCAG 2.1 AA in both themes. */
export async function expectAccessible(
  page: IJupyterLabPageFixture,
  place: string
): Promise<void> {
  await inEachTheme(page, async theme => {
    const { violations } = await new AxeBuilder({ page })
      .include(place)
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa'])
      .analyze();
    const faults = violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`
    );
    expect(faults, `${place} in the ${theme} theme`).toEqual([]);
  });
}
