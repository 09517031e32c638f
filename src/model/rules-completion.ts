/** The parts of a JSON Schema that completion needs. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  description?: string;
  type?: string;
  enum?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
}

/** What may stand at a place. */
interface Offer {
  label: string;
  /** What is inserted. */
  text: string;
  about: string;
}

export interface Offers {
  /** Where the word begins that an offer replaces. */
  from: number;
  offers: Offer[];
}

const LINE = /^(\s*(?:- +)*)(?:([\w.-]+):)?(.*)$/;

/** What may be written in a hubcollab.yaml where the cursor is; null where nothing is known. */
export function offersAt(
  schema: Schema,
  text: string,
  position: number
): Offers | null {
  const before = text.slice(0, position).split('\n');
  const line = before.pop() ?? '';
  const word = /[\w.-]*$/.exec(line)?.[0] ?? '';
  const [, lead = '', key, rest = ''] = LINE.exec(line) ?? [];
  const above = ancestors(before, lead);
  const from = position - word.length;
  const inner = key === undefined ? null : flow(rest);
  if (key !== undefined && inner === null) {
    return { from, offers: values(reach(schema, [...above, key])) };
  }
  const path =
    key === undefined ? above : [...above, key, ...(inner?.path ?? [])];
  const at = reach(schema, path);
  const offers =
    inner?.isValue === true ? values(at) : keys(at, word, inner !== null);
  return { from, offers };
}

/** The keys above a line that begins with *lead*, the outermost first. */
function ancestors(lines: string[], lead: string): string[] {
  const path: string[] = [];
  let indent = lead.length;
  for (const line of [...lines].reverse()) {
    const [, start = '', key] = LINE.exec(line) ?? [];
    if (
      key !== undefined &&
      start.length < indent &&
      !line.trim().startsWith('#')
    ) {
      path.unshift(key);
      indent = start.replace(/- .*$/, '').length;
    }
  }
  return path;
}

/** Where one is inside `{a: 1, b: {`; null where no brace is open. */
function flow(rest: string): { path: string[]; isValue: boolean } | null {
  const path: string[] = [];
  let depth = 0;
  let key = '';
  for (const [part] of rest.matchAll(/[{}[\],]|[\w.-]+:|[^\s{}[\],]+/g)) {
    if (part === '{') {
      depth += 1;
      if (depth > 1) {
        path.push(key);
      }
      key = '';
    } else if (part === '}') {
      depth -= 1;
      path.pop();
    } else if (part === ',') {
      key = '';
    } else if (part.endsWith(':')) {
      key = part.slice(0, -1);
    }
  }
  if (depth < 1) {
    return null;
  }
  return key
    ? { path: [...path, key], isValue: true }
    : { path, isValue: false };
}

/** The schema at the end of *path*; lists are stepped into. */
function reach(schema: Schema, path: string[]): Schema | null {
  const follow = (one: Schema | null | undefined): Schema | null => {
    if (!one) {
      return null;
    }
    if (one.$ref && one !== schema) {
      return follow(schema.$defs?.[one.$ref.split('/').pop() ?? '']);
    }
    return one.items ? follow(one.items) : one;
  };
  const root = schema.$defs?.[schema.$ref?.split('/').pop() ?? ''];
  let at = root ?? schema;
  for (const key of path) {
    const more = at.additionalProperties;
    const next = follow(
      at.properties?.[key] ?? (typeof more === 'object' ? more : null)
    );
    if (!next) {
      return null;
    }
    at = next;
  }
  return at;
}

function keys(at: Schema | null, word: string, isFlow: boolean): Offer[] {
  return Object.entries(at?.properties ?? {})
    .filter(([name]) => name.startsWith(word))
    .map(([name, one]) => {
      const opens = !isFlow && one.$ref && !one.enum;
      const text = opens ? `${name}:\n  ` : `${name}: `;
      return { label: name, text, about: one.description ?? '' };
    });
}

function values(at: Schema | null): Offer[] {
  const known = at?.type === 'boolean' ? ['true', 'false'] : (at?.enum ?? []);
  return known.map(label => ({
    label,
    text: label,
    about: at?.description ?? ''
  }));
}
