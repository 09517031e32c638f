import type { TranslationBundle } from '@jupyterlab/translation';
import type { RoomNotice } from '../api/wire';

/** What one can do about a notice. */
export type Deed = 'putBack' | 'save' | 'showConflict';

/** A notice as a person reads it. */
export interface Message {
  /** Notices of one key replace each other. */
  key: string;
  level: 'info' | 'success' | 'warning' | 'error';
  text: string;
  deed: Deed | null;
}

/** Word what a room told. */
export function messageOf(
  { path, what, why, by, conflicts, cell }: RoomNotice,
  trans: TranslationBundle
): Message {
  const key = [path, what === 'back' ? 'gone' : what, cell?.id ?? ''].join();
  const worded = (
    level: Message['level'],
    text: string,
    deed: Deed | null = null
  ): Message => ({ key, level, text, deed });
  switch (what) {
    case 'deleted':
      return by
        ? worded(
            'warning',
            trans.__(
              '%1 deleted the cell in which you were typing. Your text is kept.',
              by
            ),
            'putBack'
          )
        : worded(
            'warning',
            trans.__(
              'The cell in which you were typing was deleted. Your text is kept.'
            ),
            'putBack'
          );
    case 'merged':
      return conflicts.length
        ? worded(
            'warning',
            trans.__(
              '%1 was changed on disk where you changed it, too. Both versions are kept; choose one.',
              path
            ),
            'showConflict'
          )
        : worded(
            'info',
            trans.__('%1 was changed on disk; the changes were merged.', path)
          );
    case 'gone':
      return worded(
        'warning',
        trans.__(
          '%1 was deleted. What is typed is kept, but not written to a file.',
          path
        ),
        'save'
      );
    case 'back':
      return worded('success', trans.__('%1 is back.', path));
    case 'unsaved':
      return worded(
        'error',
        trans.__('%1 cannot be saved: %2. It is tried again.', path, why ?? ''),
        'save'
      );
    case 'unreadable':
      return worded(
        'warning',
        trans.__(
          '%1 was changed on disk to something that is no notebook. A copy is kept beside it when the notebook is saved.',
          path
        )
      );
    case 'elsewhere':
      return worded(
        'warning',
        trans.__(
          '%1 is edited on another server, too. Changes are exchanged when the file is saved.',
          path
        )
      );
    case 'refused':
      return worded('error', why ?? trans.__('You may not change %1.', path));
  }
}
