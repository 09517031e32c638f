import { expect, test } from '@jupyterlab/galata';
import { editor } from '../support/hub';

/** A picture of one colour, large because nothing in it is compressed. */
const BITMAP = (() => {
  const side = 400;
  const head = Buffer.alloc(54);
  head.write('BM');
  head.writeUInt32LE(54 + side * side * 3, 2);
  head.writeUInt32LE(54, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(side, 18);
  head.writeInt32LE(side, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(24, 28);
  return Buffer.concat([head, Buffer.alloc(side * side * 3, 120)]);
})().toString('base64');

const FIGURE = {
  output_type: 'display_data',
  metadata: {},
  data: { 'image/bmp': BITMAP, 'text/plain': '<Figure>' }
};
const LOG = {
  output_type: 'stream',
  name: 'stdout',
  text: `${'a line of the log\n'.repeat(170_000)}the last line\n`
};

function notebook(outputs: object[]): string {
  const cells = outputs.map((output, number) => ({
    cell_type: 'code',
    id: `cell-${number}`,
    metadata: { trusted: true },
    execution_count: 1,
    source: number ? `plot(${number})` : 'print("A" * 60_000, "end")',
    outputs: [output]
  }));
  const metadata = {
    kernelspec: { name: 'python3', display_name: 'Python 3' }
  };
  return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
}

test('a notebook of 50 MB comes as a few bytes; what is seen is loaded, and the file stays whole', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/large.ipynb`;
  const figures = Array.from({ length: 75 }, () => FIGURE);
  const text = notebook([FIGURE, LOG, ...figures]);
  expect(text.length).toBeGreaterThan(50_000_000);
  await page.contents.uploadContent(text, 'text', path);
  let came = 0;
  page.on('websocket', line =>
    line.on('framereceived', ({ payload }) => {
      came += payload.length;
    })
  );

  await page.notebook.openByPath(path);
  await expect(editor(page, 0)).toContainText('print');
  const outputs = page.locator('.jp-OutputArea-output');
  await expect(outputs.nth(0).getByRole('img')).toBeVisible();
  expect(came).toBeLessThan(1_000_000);

  // a log that would make the page slow is shown when somebody wants it
  await expect(outputs.nth(1)).not.toContainText('the last line');
  await outputs
    .nth(1)
    .getByRole('button', { name: /^Show all/ })
    .click();
  await expect(outputs.nth(1)).toContainText('the last line');

  // what a cell prints is put apart once it is saved, and looks the same
  await page.notebook.selectCells(0);
  await page.keyboard.press('Control+Enter');
  await expect(outputs.nth(0)).toContainText('AAA end');
  await page.notebook.save();
  await expect(page.locator('.jp-HubOutput').first()).toContainText('AAA end');

  const saved = await page.request.get(`/api/contents/${path}`);
  const { cells } = (await saved.json()).content;
  expect(cells[0].outputs[0].text).toBe(`${'A'.repeat(60_000)} end\n`);
  expect(cells[1].outputs).toEqual([LOG]);
  expect(cells[76].outputs).toEqual([FIGURE]);
});
