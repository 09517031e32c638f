import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Thread } from '../../api/wire';
import type { Here } from '../../model/people';

const CLASS = 'jp-HubMarks';

export interface MarkedCell {
  people: Here[];
  threads: Thread[];
}

/** Show at each cell who is in it, and that something was said about it. */
export function markCells(
  { content }: NotebookPanel,
  marked: Map<string, MarkedCell>,
  open: (thread: Thread) => void,
  trans: TranslationBundle
): void {
  for (const { node, model } of content.widgets) {
    const cell = marked.get(model.id);
    const before = node.querySelector(`:scope > .${CLASS}`);
    const key = cell ? keyOf(cell) : '';
    if ((before?.getAttribute('data-key') ?? '') !== key) {
      before?.remove();
      if (cell) {
        const marks = marksOf(cell, open, trans);
        marks.dataset.key = key;
        node.append(marks);
      }
    }
  }
}

function keyOf({ people, threads }: MarkedCell): string {
  return JSON.stringify([
    people.map(({ name, idle }) => [name, idle]),
    threads.map(({ id, comments }) => [id, comments.length])
  ]);
}

function marksOf(
  { people, threads }: MarkedCell,
  open: (thread: Thread) => void,
  trans: TranslationBundle
): HTMLElement {
  const marks = document.createElement('div');
  marks.className = CLASS;
  for (const here of people) {
    const disc = document.createElement('span');
    disc.className = `jp-HubAvatar ${here.idle ? 'jp-mod-idle' : ''}`;
    disc.style.borderColor = here.color;
    disc.textContent = here.initials.slice(0, 2);
    const what = here.idle
      ? trans.__('%1 is in this cell, idle', here.displayName)
      : trans.__('%1 is in this cell', here.displayName);
    disc.title = what;
    disc.setAttribute('role', 'img');
    disc.setAttribute('aria-label', what);
    marks.append(disc);
  }
  const [first] = threads;
  if (first) {
    const count = threads.reduce((sum, one) => sum + one.comments.length, 0);
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'jp-HubMark';
    button.textContent = String(count);
    const what = trans._n(
      '%1 comment on this cell',
      '%1 comments on this cell',
      count
    );
    button.title = what;
    button.setAttribute('aria-label', what);
    button.addEventListener('click', event => {
      event.stopPropagation();
      open(first);
    });
    marks.append(button);
  }
  return marks;
}
