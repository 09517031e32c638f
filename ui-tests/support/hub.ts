import { createHash } from 'node:crypto';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { galata } from '@jupyterlab/galata';
import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** The panel in the sidebar. */
export function panelOf(page: Page): Locator {
  return page.getByRole('region', { name: 'Hub', exact: true });
}

/** Open tab *name* of the panel. */
export async function openTab(
  page: IJupyterLabPageFixture,
  name: 'Search' | 'Models' | 'Runs'
): Promise<Locator> {
  const panel = panelOf(page);
  if (!(await panel.isVisible())) {
    await page.sidebar.openTab('jupyter-hubcollab-panel');
  }
  await panel.getByRole('tab', { name }).click();
  return panel;
}

export interface Published {
  message?: string;
  metrics?: Record<string, number>;
  [field: string]: unknown;
}

/** Publish a version made of *files* through our REST interface. */
export async function publish(
  page: Page,
  repo: string,
  files: Record<string, string>,
  { metrics = {}, ...rest }: Published = {}
): Promise<void> {
  const sent = [];
  for (const [path, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const digest = createHash('sha256').update(content).digest('hex');
    await page.request.put(`/hubcollab/api/blobs/${digest}`, { data: content });
    sent.push({ path, digest, sizeBytes: content.length });
  }
  const given = Object.entries(metrics).map(([name, value]) => ({
    name,
    value
  }));
  const reply = await page.request.post(
    `/hubcollab/api/models/${repo}/publications`,
    { data: { files: sent, metrics: given, ...rest } }
  );
  expect(reply.status(), await reply.text()).toBe(201);
}

/** The text of cell number *cell* in the notebook that is in front. */
export function editor(page: Page, cell: number): Locator {
  return page
    .locator('.jp-NotebookPanel:visible .jp-Cell .cm-content')
    .nth(cell);
}

/** A notebook of code cells, as text. */
export function notebookOf(cells: string[]): string {
  const { makeCell, makeNotebook } = galata.Notebook;
  return JSON.stringify(
    makeNotebook(cells.map(source => makeCell({ cell_type: 'code', source })))
  );
}

/** Upload a notebook of code cells and open it. Typed in, code would be indented by the editor. */
export async function openNotebook(
  page: IJupyterLabPageFixture,
  path: string,
  cells: string[]
): Promise<void> {
  await page.contents.uploadContent(notebookOf(cells), 'text', path);
  await page.notebook.openByPath(path);
  await page.notebook.activate(path.split('/').pop() ?? path);
}
