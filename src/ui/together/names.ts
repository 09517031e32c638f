import type { TranslationBundle } from '@jupyterlab/translation';
import type { About } from '../../api/wire';

/** The run *id* by its name; by the beginning of its id where it has none. */
export function runName(
  id: string,
  runs: ReadonlyMap<string, string>,
  trans: TranslationBundle
): string {
  return trans.__('run %1', runs.get(id) || id.slice(0, 8));
}

/** What a thread hangs on, in words. */
export function nameOf(
  about: Pick<About, 'kind'> & Partial<About>,
  /** Names by id. */
  runs: ReadonlyMap<string, string>,
  trans: TranslationBundle
): string {
  const file = about.path?.split('/').pop() ?? '';
  switch (about.kind) {
    case 'notebook':
      return file;
    case 'cell':
      return trans.__('a cell of %1', file);
    case 'text':
      return trans.__('text in %1', file);
    case 'model':
      return trans.__('model %1', about.id ?? '');
    case 'version':
      return trans.__('%1, version %2', about.id ?? '', about.revision ?? '');
    case 'run':
      return runName(about.id ?? '', runs, trans);
  }
}
