/* global window, document, requestAnimationFrame, MutationObserver */
// Looks at runs as a person does, in Chromium. One command a line on stdin, one answer a line on stdout, as JSON.
const readline = require('node:readline');
const at = name => require.resolve(name, { paths: [process.argv[3]] });
const { chromium } = require(at('@playwright/test'));
const { browser } = require(`${process.argv[3]}/browser.js`);

/** Notes in the page what its charts show, two frames after they changed. */
function watch(selector) {
  window.seen = [];
  const note = () =>
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const texts = [...document.querySelectorAll(selector)].map(
          one => one.textContent
        );
        window.seen.push([Date.now(), texts]);
      })
    );
  let last = '';
  new MutationObserver(() => {
    const now = [...document.querySelectorAll(selector)]
      .map(one => one.textContent)
      .join();
    if (now !== last) {
      last = now;
      note();
    }
  }).observe(document.body, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true
  });
}

const execute = (page, command, args) =>
  page.evaluate(([id, given]) => window.jupyterapp.commands.execute(id, given), [
    command,
    args
  ]);

const does = {
  async firstRows(page) {
    const opened = Date.now();
    await execute(page, 'hubcollab:show-runs', {});
    await page.getByRole('row').nth(1).waitFor({ timeout: 60_000 });
    const first = Date.now() - opened;
    const panel = page.getByRole('region', { name: 'Hub', exact: true });
    const taken = [];
    for (let i = 0; i < 10; i += 1) {
      await panel.getByRole('tab', { name: 'Models' }).click();
      taken.push(
        await page.evaluate(async () => {
          const tabs = [...document.querySelectorAll('[role=tab]')];
          const began = performance.now();
          tabs.find(one => one.textContent.trim() === 'Runs').click();
          while (!document.querySelector('[role=row] + [role=row], tr + tr')) {
            await new Promise(requestAnimationFrame);
          }
          return performance.now() - began;
        })
      );
    }
    return [first, taken];
  },
  async sorted(page) {
    const panel = page.getByRole('region', { name: 'Hub', exact: true });
    const taken = [];
    for (const by of ['metrics.m1', 'metrics.m2', 'metrics.m3', 'params.p3']) {
      const before = await panel.getByRole('row').nth(1).textContent();
      const began = Date.now();
      await panel.getByLabel('Sort by').selectOption(by);
      await page.waitForFunction(
        text =>
          document.querySelectorAll('.jp-HubPanel tbody tr')[0]?.textContent !==
          text,
        before,
        { polling: 'raf' }
      );
      taken.push(Date.now() - began);
    }
    return taken;
  },
  async watchRun(page, { id }) {
    await execute(page, 'hubcollab:open-run', { id });
    await page.getByRole('article', { name: /^Run / }).waitFor();
    await page.evaluate(watch, '[aria-label^="Run "] figcaption');
  },
  async watchComparison(page, { ids }) {
    await execute(page, 'hubcollab:compare-runs', { ids: ids.join(' ') });
    await page
      .getByRole('article', { name: 'Comparison of runs' })
      .locator('svg')
      .first()
      .waitFor({ timeout: 60_000 });
  },
  seen: page => page.evaluate(() => window.seen)
};

async function main() {
  const chrome = await chromium.launch(browser()?.launchOptions);
  const page = await chrome.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(process.argv[2]);
  await page.waitForFunction(() => window.jupyterapp?.restored);
  await page.evaluate(() => window.jupyterapp.restored);
  console.log(JSON.stringify('ready'));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { say, ...args } = JSON.parse(line);
    console.log(JSON.stringify((await does[say](page, args)) ?? null));
  }
  await chrome.close();
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
