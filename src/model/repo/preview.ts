import type { RepoApi } from '../../api/repos';
import type { TreeEntry } from '../../api/wire';
import type { Sheet } from './csv';
import { sheetOf } from './csv';
import type { Notebook } from './notebook';
import { notebookOf } from './notebook';
import type { TensorList } from './tensors';
import { LENGTH_BYTES, headerLength, tensorsOf } from './tensors';

/** What is shown of a file; nothing of it is run. */
export type Preview =
  | { is: 'text'; text: string; isCut: boolean; shownBytes: number }
  | { is: 'markdown'; text: string }
  | { is: 'sheet'; sheet: Sheet }
  | { is: 'image'; bytes: Uint8Array<ArrayBuffer>; mime: string }
  | { is: 'notebook'; notebook: Notebook }
  | { is: 'tensors'; list: TensorList }
  | { is: 'none'; why: 'binary' | 'large' | 'empty' };

const TEXT_AT_ONCE = 256 << 10;
const LARGEST_DOCUMENT = 4 << 20;
const LARGEST_NOTEBOOK = 16 << 20;
const LARGEST_IMAGE = 16 << 20;

const IMAGES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml'
};

function suffixOf(path: string): string {
  return /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}

/** Read as much of *file* as its preview needs; of text *most* bytes. */
export async function previewOf(
  api: Pick<RepoApi, 'bytes'>,
  file: TreeEntry,
  most = TEXT_AT_ONCE
): Promise<Preview> {
  const { sizeBytes: size, url } = file;
  const suffix = suffixOf(file.path);
  if (size === 0) {
    return { is: 'none', why: 'empty' };
  }
  const mime = IMAGES[suffix];
  if (mime) {
    return size > LARGEST_IMAGE
      ? { is: 'none', why: 'large' }
      : { is: 'image', bytes: (await api.bytes(url, 0, size)).bytes, mime };
  }
  if (suffix === 'safetensors') {
    return { is: 'tensors', list: await tensorsAt(api, url) };
  }
  if (suffix === 'ipynb') {
    return size > LARGEST_NOTEBOOK
      ? { is: 'none', why: 'large' }
      : {
          is: 'notebook',
          notebook: notebookOf(decoded((await api.bytes(url, 0, size)).bytes))
        };
  }
  return textAt(api, file, suffix, most);
}

async function tensorsAt(
  api: Pick<RepoApi, 'bytes'>,
  url: string
): Promise<TensorList> {
  const { bytes } = await api.bytes(url, 0, LENGTH_BYTES);
  const end = LENGTH_BYTES + headerLength(bytes);
  const header = await api.bytes(url, LENGTH_BYTES, end);
  return tensorsOf(decoded(header.bytes));
}

async function textAt(
  api: Pick<RepoApi, 'bytes'>,
  { sizeBytes: size, url }: TreeEntry,
  suffix: string,
  most: number
): Promise<Preview> {
  const isDocument = suffix === 'md' || suffix === 'json';
  const wanted =
    isDocument && size <= LARGEST_DOCUMENT ? size : Math.min(size, most);
  const { bytes } = await api.bytes(url, 0, wanted);
  const isWhole = wanted >= size;
  const text = textIn(bytes);
  if (text === null) {
    return { is: 'none', why: 'binary' };
  }
  switch (suffix) {
    case 'csv':
    case 'tsv':
      return { is: 'sheet', sheet: sheetOf(text, isWhole) };
    case 'md':
      if (isWhole) {
        return { is: 'markdown', text: withFrontMatter(text) };
      }
      break;
    case 'json':
      if (isWhole) {
        return shownText(indented(text), true, wanted);
      }
      break;
  }
  return shownText(text, isWhole, wanted);
}

function shownText(text: string, isWhole: boolean, shown: number): Preview {
  return { is: 'text', text, isCut: !isWhole, shownBytes: shown };
}

/** *bytes* as text; null if they are none. The last character may be cut. */
function textIn(bytes: Uint8Array<ArrayBuffer>): string | null {
  if (bytes.subarray(0, 8000).includes(0)) {
    return null;
  }
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    return decoder.decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

function decoded(bytes: Uint8Array<ArrayBuffer>): string {
  return new TextDecoder().decode(bytes);
}

/** JSON of one line with a line for each value; where that would change a number, the text as it is. */
function indented(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text.trim()
      ? JSON.stringify(value, null, 2)
      : text;
  } catch {
    return text;
  }
}

/** Markdown whose front matter shows as YAML. */
function withFrontMatter(text: string): string {
  const parts = /^---\r?\n([^]*?)\r?\n---\r?\n([^]*)$/.exec(text);
  return parts ? `\`\`\`yaml\n${parts[1]}\n\`\`\`\n\n${parts[2]}` : text;
}
