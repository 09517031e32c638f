import type { IRouter, JupyterFrontEnd } from '@jupyterlab/application';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { textArg, textArgs } from '../commands';

/** What an address of the lab can open, as in `…/lab?hubcollab-diff=…`. */
interface Opening {
  /** The command that reads the address. */
  command: string;
  label: string;
  pattern: RegExp;
  /** The words of the query that are of this; a reload does not open it again. */
  words: string[];
  /** The command that opens it, … */
  opens: string;
  /** … with these arguments; null where the address does not say enough. */
  args: (address: string) => ReadonlyPartialJSONObject | null;
}

/** Let an address open something, once. */
export function openFromUrl(
  app: JupyterFrontEnd,
  router: IRouter,
  { command, label, pattern, words, opens, args }: Opening
): void {
  app.commands.addCommand(command, {
    label,
    describedBy: textArgs(['request'], ['path', 'search', 'hash']),
    execute: given => {
      const asked = args(textArg(given, 'request') ?? '');
      if (asked) {
        forget(router, words);
        void app.restored.then(() => app.commands.execute(opens, asked));
      }
    }
  });
  router.register({ command, pattern });
}

/** Take *words* out of the address. */
function forget(router: IRouter, words: string[]): void {
  const { path, search, hash } = router.current;
  const left = new URLSearchParams(search);
  for (const word of words) {
    left.delete(`hubcollab-${word}`);
  }
  const query = left.toString();
  router.navigate(`${path}${query && `?${query}`}${hash ?? ''}`, {
    skipRouting: true
  });
}
