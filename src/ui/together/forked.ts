import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { Suggestion } from '../../api/wire';

interface Forkable {
  connectToForkDoc: (room: string, session: string) => Promise<void>;
}

function isForkable(provider: unknown): provider is Forkable {
  return (
    typeof provider === 'object' &&
    provider !== null &&
    'connectToForkDoc' in provider
  );
}

/**
 * Let the tab *panel* edit the suggestion's fork instead of the notebook; *done* is called when that ends.
 *
 * The tab's document has the fork's edits from then on, so that it must be opened anew afterwards.
 */
export async function workOn(
  panel: NotebookPanel,
  suggestion: Suggestion,
  provider: unknown,
  done: () => void,
  trans: TranslationBundle
): Promise<boolean> {
  if (!isForkable(provider)) {
    return false;
  }
  await provider.connectToForkDoc(suggestion.id, '');
  const banner = new Widget();
  banner.addClass('jp-HubReadOnly');
  const text = document.createElement('span');
  text.setAttribute('role', 'status');
  text.textContent = trans.__(
    'You work on the suggestion “%1”. The notebook itself stays as it is. ',
    suggestion.title
  );
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'jp-HubButton';
  button.textContent = trans.__('Done');
  button.addEventListener('click', done);
  banner.node.append(text, button);
  panel.contentHeader.addWidget(banner);
  return true;
}
