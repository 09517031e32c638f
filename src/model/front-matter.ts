import type { Document } from 'yaml';
import { isMap, parseDocument } from 'yaml';

const FRONT = /^\uFEFF?\s*---[ \t]*\r?\n([\s\S]*?)(^|\r?\n)---[ \t]*(\r?\n|$)/m;

/** What a card's front matter says by field; null where it cannot be read. */
export type Fields = { [name: string]: unknown } | null;

/** A change of a text: at *index* so many characters go and *insert* comes. */
export interface Splice {
  index: number;
  remove: number;
  insert: string;
}

export function fieldsOf(card: string): Fields {
  const found = front(card);
  const document = found && readable(found.yaml);
  const said: unknown = document ? document.toJS() : {};
  return document === null && found !== null ? null : record(said);
}

/** *card* with the field *name* saying *value*; the rest stays as it was written, with its comments. */
export function withField(
  card: string,
  name: string,
  value: string | string[]
): string {
  const found = front(card);
  const document = readable(found?.yaml ?? '');
  if (!document) {
    return card;
  }
  if (value.length === 0) {
    document.delete(name);
  } else {
    document.set(name, document.createNode(value));
  }
  const isEmpty =
    isMap(document.contents) && document.contents.items.length === 0;
  const text = isEmpty
    ? ''
    : `---\n${document.toString({ lineWidth: 0 })}---\n`;
  const rest = card.slice(found?.end ?? 0);
  return text && !found && rest ? `${text}\n${rest}` : text + rest;
}

/** The shortest change that makes *after* of *before*. */
export function splice(before: string, after: string): Splice {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) {
    start += 1;
  }
  let end = 0;
  while (
    end < most - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  return {
    index: start,
    remove: before.length - start - end,
    insert: after.slice(start, after.length - end)
  };
}

/** Is *value* a list of texts, as tags are? */
export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(one => typeof one === 'string');
}

function front(card: string): { yaml: string; end: number } | null {
  const found = FRONT.exec(card);
  return found && found.index === 0
    ? { yaml: found[1] ?? '', end: found[0].length }
    : null;
}

/** A YAML mapping that can be edited; null where it is none. */
function readable(yaml: string): Document | null {
  const document: Document = parseDocument(yaml.trim() ? yaml : '{}\n');
  if (document.errors.length > 0 || !isMap(document.contents)) {
    return null;
  }
  if (!yaml.trim()) {
    document.contents.flow = false;
  }
  return document;
}

function record(value: unknown): { [name: string]: unknown } {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}
