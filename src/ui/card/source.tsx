import { defaultKeymap } from '@codemirror/commands';
import type { Extension } from '@codemirror/state';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { jupyterTheme } from '@jupyterlab/codemirror';
import type { ReactElement } from 'react';
import { useEffect, useRef } from 'react';
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next';
import { UndoManager } from 'yjs';
import type { RoomLine } from '../../api/room';

/** The text of a card as several people write it, with their cursors; one undoes one's own edits only. */
export function Source(props: {
  line: RoomLine;
  label: string;
  /** Colours for Markdown, when JupyterLab has loaded them. */
  language: Promise<Extension>;
}): ReactElement {
  const { line, label, language } = props;
  const { doc, awareness } = line;
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let view: EditorView | null = null;
    let isGone = false;
    const text = doc.getText('source');
    const undoManager = new UndoManager(text);
    void language.then(colours => {
      if (host.current && !isGone) {
        view = new EditorView({
          parent: host.current,
          state: EditorState.create({
            doc: text.toString(),
            extensions: [
              lineNumbers(),
              EditorView.lineWrapping,
              EditorView.contentAttributes.of({
                'aria-label': label,
                spellcheck: 'true'
              }),
              keymap.of([...yUndoManagerKeymap, ...defaultKeymap]),
              jupyterTheme,
              colours,
              yCollab(text, awareness, { undoManager })
            ]
          })
        });
      }
    });
    return () => {
      isGone = true;
      view?.destroy();
      undoManager.destroy();
    };
  }, [doc, awareness, label, language]);
  return <div className="jp-HubCardEditor-source" ref={host} />;
}
