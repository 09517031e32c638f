/** The rules of names.py, so that a mistake shows while it is typed. The server checks again. */

const PART = /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/;
const BAD_REF =
  // eslint-disable-next-line no-control-regex -- git refuses control characters in refs
  /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/$|^\/|\.$|\.lock(\/|$)|(^|\/)\./;

export type NameProblem = 'empty' | 'shape' | 'letters' | null;

/** What is wrong with *text* as a repo id such as `team/digits`. */
export function problemOfRepoId(text: string): NameProblem {
  if (!text) {
    return 'empty';
  }
  const parts = text.split('/');
  if (parts.length !== 2 || parts.includes('')) {
    return 'shape';
  }
  return parts.every(isPart) ? null : 'letters';
}

function isPart(part: string): boolean {
  return (
    PART.test(part) &&
    !part.includes('--') &&
    !part.includes('..') &&
    !/(\.|-|\.git|\.lock)$/.test(part)
  );
}

/** What is wrong with *text* as the name of a version; an empty one takes the next running number. */
export function problemOfTag(text: string): NameProblem {
  const bytes = new TextEncoder().encode(text).length;
  const refused = bytes > 250 || BAD_REF.test(text) || text.startsWith('-');
  return text && refused ? 'letters' : null;
}

/** *text* as one part of a repo id: `Träining 2.ipynb` becomes `training-2`. */
export function partFrom(text: string, fallback: string): string {
  const part = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/\.ipynb$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 60)
    .replace(/[^a-z0-9]+$/, '');
  return isPart(part) ? part : fallback;
}
