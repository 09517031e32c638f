/* global window, document, requestAnimationFrame */
// Opens the page of a model as a person does, in Chromium. Prints the milliseconds as JSON: to first content, to all versions.
const at = name => require.resolve(name, { paths: [process.argv[3]] });
const { chromium } = require(at('@playwright/test'));
const { browser } = require(`${process.argv[3]}/browser.js`);

/** From the click on the model in the panel until its page is painted: head and card, then the rows of the versions. */
async function open([id, rows]) {
  const painted = async isThere => {
    while (!isThere()) {
      await new Promise(requestAnimationFrame);
    }
    await new Promise(requestAnimationFrame);
    return performance.now();
  };
  const page = () => document.querySelector(`article[aria-label="${id}"]`);
  const began = performance.now();
  [...document.querySelectorAll('.jp-HubPanel button')]
    .find(one => one.textContent.trim() === id)
    .click();
  const first = await painted(() =>
    page()?.querySelector('section[aria-label="Model card"] h1')
  );
  const all = await painted(
    () =>
      page().querySelectorAll('section[aria-label="Versions"] tbody tr')
        .length >= rows
  );
  return [first - began, all - began];
}

/** Close what is in front, and wait until it is gone. */
async function closed(selector) {
  await window.jupyterapp.commands.execute('application:close');
  while (document.querySelector(selector)) {
    await new Promise(requestAnimationFrame);
  }
}

/** From the command to a new launcher until it is painted; it is closed again. */
async function launcher() {
  const count = () => document.querySelectorAll('.jp-Launcher-section').length;
  const before = count();
  const began = performance.now();
  await window.jupyterapp.commands.execute('launcher:create');
  while (count() <= before) {
    await new Promise(requestAnimationFrame);
  }
  await new Promise(requestAnimationFrame);
  const taken = performance.now() - began;
  await window.jupyterapp.commands.execute('application:close');
  return taken;
}

async function main() {
  const [, , url, , id, rounds, rows] = process.argv;
  const chrome = await chromium.launch(browser()?.launchOptions);
  const page = await chrome.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await page.waitForFunction(() => window.jupyterapp?.restored);
  await page.evaluate(() => window.jupyterapp.restored);
  await page.evaluate(() =>
    window.jupyterapp.commands.execute('hubcollab:show-models')
  );
  await page
    .getByRole('region', { name: 'Hub', exact: true })
    .getByText(id, { exact: true })
    .first()
    .waitFor({ timeout: 30_000 });
  const first = [];
  const all = [];
  const peer = [];
  for (let round = 0; round <= Number(rounds); round += 1) {
    const taken = await page.evaluate(open, [id, Number(rows)]);
    first.push(taken[0]);
    all.push(taken[1]);
    await page.evaluate(closed, `article[aria-label="${id}"]`);
    peer.push(await page.evaluate(launcher));
  }
  const told = { 'first content': first, 'all versions': all };
  console.log(JSON.stringify({ ...told, 'peer: a launcher': peer }));
  await chrome.close();
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
