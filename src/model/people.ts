/** What is in front of somebody where no notebook is; which one it is only where everybody may know. */
export type Page =
  | { is: 'run' | 'model' | 'dataset' | 'space'; id: string | null }
  | { is: 'comparison' }
  | { is: 'elsewhere' };

/** Where somebody is, as their tab tells. */
export interface Where {
  /** The notebook in front. */
  path: string | null;
  page: Page | null;
  /** The active cell. */
  cell: string | null;
  /** The active cell where its beginning is in view, else the first one in view. */
  top: string | null;
  /** How far that cell's top is below the top of the view, in pixels. */
  offset: number;
  /** Nothing was typed or moved for a while, or the tab is not in front. */
  idle: boolean;
}

export const NOWHERE: Where = {
  path: null,
  page: null,
  cell: null,
  top: null,
  offset: 0,
  idle: false
};

/** A tab with a person at it; who it is, the server says. */
export interface Here extends Where {
  client: number;
  name: string;
  displayName: string;
  initials: string;
  color: string;
  me: boolean;
}

const COLORS = [
  'var(--jp-collaborator-color1)',
  'var(--jp-collaborator-color2)',
  'var(--jp-collaborator-color3)',
  'var(--jp-collaborator-color4)',
  'var(--jp-collaborator-color5)',
  'var(--jp-collaborator-color6)',
  'var(--jp-collaborator-color7)'
];

/** People of awareness states, in the order of their names. */
export function hereOf(
  states: Map<number, { [key: string]: unknown }>,
  mine: number
): Here[] {
  const found: Here[] = [];
  states.forEach((state, client) => {
    const user = fields(state.user);
    const name = text(user.username);
    if (name) {
      const displayName = text(user.display_name) ?? name;
      found.push({
        ...whereOf(state.where),
        client,
        name,
        displayName,
        initials: text(user.initials) ?? displayName.slice(0, 1).toUpperCase(),
        color: text(user.color) ?? colorOf(name),
        me: client === mine
      });
    }
  });
  return found.sort(
    (a, b) => a.displayName.localeCompare(b.displayName) || a.client - b.client
  );
}

/** As much of a cell stays in view, in pixels. */
const LEAST_SEEN = 60;

/**
 * Where the top of a cell of this *height* belongs in a *view* so that one sees what somebody sees for whom it is at
 * *offset*: their cell may be taller, as large outputs are not loaded here yet, and their window, too.
 */
export function alike(offset: number, height: number, view: number): number {
  const highest = Math.min(0, LEAST_SEEN - height);
  const lowest = Math.max(
    0,
    view - Math.max(LEAST_SEEN, Math.min(height, view / 2))
  );
  return Math.min(Math.max(offset, highest), lowest);
}

/** A person once, however many tabs they have: the one that they use. */
export function onePerPerson(people: Here[]): Here[] {
  const best = new Map<string, Here>();
  for (const here of people) {
    const known = best.get(here.name);
    if (!known || (known.idle && !here.idle)) {
      best.set(here.name, here);
    }
  }
  return [...best.values()];
}

function whereOf(value: unknown): Where {
  const where = fields(value);
  return {
    path: text(where.path),
    page: pageOf(where.page),
    cell: text(where.cell),
    top: text(where.top),
    offset: typeof where.offset === 'number' ? where.offset : 0,
    idle: where.idle === true
  };
}

/** What a tab says is in front of it; of what we do not know, as of a newer version, only that it is no notebook. */
function pageOf(value: unknown): Page | null {
  const { is, id } = fields(value);
  switch (is) {
    case 'run':
    case 'model':
    case 'dataset':
    case 'space':
      return { is, id: text(id) };
    case 'comparison':
      return { is };
    default:
      return is === undefined ? null : { is: 'elsewhere' };
  }
}

function fields(value: unknown): { [key: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value ? value : null;
}

/** The same person has the same colour for everybody. */
function colorOf(name: string): string {
  let sum = 0;
  for (const char of name) {
    sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  }
  return COLORS[sum % COLORS.length] ?? 'var(--jp-collaborator-color1)';
}
