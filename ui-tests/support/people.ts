import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { galata } from '@jupyterlab/galata';
import type { Browser } from '@playwright/test';

export interface Lab {
  browser: Browser;
  baseURL?: string;
  tmpPath: string;
  waitForApplication: Parameters<
    typeof galata.newPage
  >[0]['waitForApplication'];
}

/** A person at a browser of their own; the server knows them by *name*. */
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
    mockUser: false,
    // These ask the server on their own and would fail while it is down.
    mockKernels: false,
    mockSessions: false,
    mockTerminals: false
  });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page
    .context()
    .addCookies([{ name: 'hubcollab-person', value: name, url: baseURL }]);
  await page.goto();
  return page;
}

/** Short and used once: tests that are repeated on one server do not meet. Plain in pictures, taken on a fresh server. */
export function unique(stem: string): string {
  return process.env.HUBCOLLAB_SHOTS
    ? stem
    : `${stem}-${Date.now().toString(36).slice(-5)}`;
}
