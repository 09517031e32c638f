import type { RunsAsked } from '../api/runs';
import type { RunGroups, RunList, RunSeriesList } from '../api/wire';

/** Which runs are wanted: all, or those of the notebook that is in front; and how they are shown. */
export interface RunsFilter {
  thisNotebookOnly: boolean;
  notebook: string | null;
  text: string;
  order: string;
  descending: boolean;
  /** By what runs are put together; empty: not at all. */
  group: string;
}

export const FIRST: RunsFilter = {
  thisNotebookOnly: false,
  notebook: null,
  text: '',
  order: 'start_time',
  descending: true,
  group: ''
};

/** What the table asks the server. */
export interface RunsServer {
  list: (asked: RunsAsked, offset: number, limit: number) => Promise<RunList>;
  series: (
    ids: string[],
    metrics: string[],
    most: number
  ) => Promise<RunSeriesList>;
  groups: (
    asked: RunsAsked,
    by: string,
    metric: string | null
  ) => Promise<RunGroups>;
}

/** *filter* as the server is asked. */
export function askedOf(filter: RunsFilter): RunsAsked {
  const { thisNotebookOnly, notebook, text, order, descending } = filter;
  return {
    notebook: thisNotebookOnly ? notebook : null,
    filter: text,
    order,
    descending
  };
}

export function isSame(a: RunsAsked, b: RunsAsked): boolean {
  return (
    a.notebook === b.notebook &&
    a.filter === b.filter &&
    a.order === b.order &&
    a.descending === b.descending
  );
}
