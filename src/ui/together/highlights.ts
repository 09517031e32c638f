import type { Extension, Range } from '@codemirror/state';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import type { DecorationSet } from '@codemirror/view';
import { Decoration, EditorView } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Thread } from '../../api/wire';
import type { Stretch } from '../../model/anchor';

/** Words on which a thread hangs. */
export interface Commented extends Stretch {
  thread: Thread;
}

const mark = StateEffect.define<Commented[]>();

/** Marks words in editors on which somebody commented: for eyes, keyboard and screen reader. */
export class Highlights {
  constructor(
    open: (thread: Thread) => void,
    private readonly trans: TranslationBundle
  ) {
    this.field = StateField.define<DecorationSet>({
      create: () => Decoration.none,
      update: (before, change) => {
        const now = before.map(change.changes);
        const effect = change.effects.find(one => one.is(mark));
        return effect?.is(mark) ? this.drawn(effect.value) : now;
      },
      provide: field => EditorView.decorations.from(field)
    });
    this.extension = [
      this.field,
      EditorView.domEventHandlers({
        click: (event, view) => {
          const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
          const thread = at === null ? null : this.threadAt(view.state, at);
          if (thread && view.state.selection.main.empty) {
            open(thread);
            // Who clicks into words wants to write there, too.
            view.focus();
          }
        }
      }),
      EditorState.transactionExtender.of(({ selection, startState }) => {
        const now = selection && this.threadAt(startState, selection.main.head);
        const before = this.threadAt(
          startState,
          startState.selection.main.head
        );
        return now && now !== before
          ? { effects: EditorView.announce.of(this.words(now)) }
          : null;
      })
    ];
  }

  /** Mark these words, and no others, in the editor in *host*. */
  show(host: HTMLElement, commented: Commented[]): void {
    const view = EditorView.findFromDOM(host);
    if (!view || (!commented.length && !this.marks(view.state))) {
      return;
    }
    if (!this.marks(view.state)) {
      view.dispatch({ effects: StateEffect.appendConfig.of(this.extension) });
    }
    const { length } = view.state.doc;
    const wanted = commented.filter(({ end }) => end <= length);
    if (!this.isShown(view.state, wanted)) {
      view.dispatch({ effects: mark.of(wanted) });
    }
  }

  /** The thread on the words at the cursor in *host*. */
  atCursor(host: HTMLElement): Thread | null {
    const state = EditorView.findFromDOM(host)?.state;
    return state ? this.threadAt(state, state.selection.main.head) : null;
  }

  private threadAt(state: EditorState, at: number): Thread | null {
    let found: Thread | null = null;
    this.marks(state)?.between(at, at, (_, __, { spec }) => {
      found = spec.thread;
    });
    return found;
  }

  private marks(state: EditorState): DecorationSet | undefined {
    return state.field(this.field, false);
  }

  private drawn(commented: Commented[]): DecorationSet {
    const ranges: Range<Decoration>[] = commented.map(
      ({ start, end, thread }) =>
        Decoration.mark({
          tagName: 'mark',
          class: 'jp-HubHighlight',
          attributes: { title: this.words(thread) },
          thread
        }).range(start, end)
    );
    return Decoration.set(ranges, true);
  }

  private isShown(state: EditorState, wanted: Commented[]): boolean {
    const shown: string[] = [];
    this.marks(state)?.between(0, state.doc.length, (from, to, { spec }) => {
      shown.push(keyOf({ start: from, end: to, thread: spec.thread }));
    });
    return shown.sort().join() === wanted.map(keyOf).sort().join();
  }

  private words({ comments }: Thread): string {
    const [first] = comments;
    const more = comments.length - 1;
    const said = this.trans.__(
      'Comment by %1: %2',
      first?.author.displayName ?? '',
      first?.text.slice(0, 140) ?? ''
    );
    return more > 0
      ? `${said} ${this.trans._n('(%1 answer)', '(%1 answers)', more)}`
      : said;
  }

  private readonly field: StateField<DecorationSet>;
  private readonly extension: Extension;
}

function keyOf({ start, end, thread }: Commented): string {
  const [first] = thread.comments;
  return `${thread.id} ${start} ${end} ${thread.comments.length} ${first?.text}`;
}
