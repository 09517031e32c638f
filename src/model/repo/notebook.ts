/** An output of a cell as a mime bundle. */
export type Bundle = Record<string, unknown>;

export interface NotebookCell {
  kind: 'code' | 'markdown' | 'raw';
  source: string;
  /** Number of the execution; null where there was none. */
  count: number | null;
  outputs: Bundle[];
}

export interface Notebook {
  language: string;
  cells: NotebookCell[];
}

/** What a notebook file shows; nothing in it is run. */
export function notebookOf(text: string): Notebook {
  const file: unknown = JSON.parse(text);
  if (!isRecord(file) || !Array.isArray(file.cells)) {
    throw new Error('This is no notebook of format 4.');
  }
  const { metadata } = file;
  const spec = isRecord(metadata) ? metadata.kernelspec : null;
  const language = isRecord(spec) ? String(spec.language ?? '') : '';
  return { language, cells: file.cells.filter(isRecord).map(cellOf) };
}

function cellOf(cell: Record<string, unknown>): NotebookCell {
  const kind = cell.cell_type;
  const count = cell.execution_count;
  const outputs = Array.isArray(cell.outputs) ? cell.outputs : [];
  return {
    kind: kind === 'markdown' || kind === 'raw' ? kind : 'code',
    source: textOf(cell.source),
    count: typeof count === 'number' ? count : null,
    outputs: outputs.filter(isRecord).map(bundleOf)
  };
}

/** An output of any type as a mime bundle. */
function bundleOf(output: Record<string, unknown>): Bundle {
  const { output_type: type, data } = output;
  if (type === 'stream') {
    const mime =
      output.name === 'stderr'
        ? 'application/vnd.jupyter.stderr'
        : 'application/vnd.jupyter.stdout';
    return { [mime]: textOf(output.text) };
  }
  if (type === 'error') {
    const lines = Array.isArray(output.traceback) ? output.traceback : [];
    const text = lines.length
      ? lines.join('\n')
      : `${String(output.ename)}: ${String(output.evalue)}`;
    return { 'application/vnd.jupyter.stderr': text };
  }
  return isRecord(data)
    ? Object.fromEntries(
        Object.entries(data).map(([mime, value]) => [
          mime,
          Array.isArray(value) ? textOf(value) : value
        ])
      )
    : {};
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join('') : String(value ?? '');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
