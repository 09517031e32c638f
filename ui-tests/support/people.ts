import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { galata } from '@jupyterlab/galata';
import type { Browser, Page } from '@playwright/test';

export interface Lab {
  browser: Browser;
  baseURL: string | undefined;
  tmpPath: string;
  waitForApplication: Parameters<
    typeof galata.newPage
  >[0]['waitForApplication'];
}

/** A second person at a second browser; the server knows them by name. */
export async function person(
  name: string,
  { browser, baseURL = '', tmpPath, waitForApplication }: Lab
): Promise<IJupyterLabPageFixture> {
  const { page } = await galata.newPage({
    baseURL,
    browser,
    tmpPath,
    waitForApplication,
    autoGoto: false,
    mockUser: false
  });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page
    .context()
    .addCookies([{ name: 'hubcollab-person', value: name, url: baseURL }]);
  await page.goto(`${baseURL}/lab`);
  return page;
}

/** Where pictures go, if they are wanted. */
const SHOTS = process.env.HUBCOLLAB_SHOTS;

/** A picture for the documents; nothing where none is asked for. */
export async function picture(page: Page, name: string): Promise<void> {
  if (SHOTS) {
    await page.screenshot({
      path: `${SHOTS}/${name}.png`,
      animations: 'disabled'
    });
  }
}
