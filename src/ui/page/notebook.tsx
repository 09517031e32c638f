import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { Bundle, Notebook, NotebookCell } from '../../model/repo/notebook';
import { Button } from '../button';
import { Markdown } from './card';

/** Richest first; of what strangers wrote nothing else is drawn. HTML is sanitized, widgets and scripts are left out. */
const DRAWN = [
  'text/html',
  'image/png',
  'image/jpeg',
  'image/gif',
  'text/markdown',
  'text/latex',
  'application/vnd.jupyter.stdout',
  'application/vnd.jupyter.stderr',
  'text/plain'
];
const FIRST_CELLS = 60;

/** A notebook to be read: nothing in it can be run or changed. */
export function NotebookView(props: {
  notebook: Notebook;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}): ReactElement {
  const { notebook, rendermime, trans } = props;
  const [isWhole, setWhole] = useState(false);
  const { cells } = notebook;
  const shown = isWhole ? cells : cells.slice(0, FIRST_CELLS);
  return (
    <div className="jp-HubNotebook">
      {shown.map((cell, index) => (
        <Cell key={index} cell={cell} rendermime={rendermime} trans={trans} />
      ))}
      {shown.length < cells.length && (
        <Button onClick={() => setWhole(true)}>
          {trans.__('Show all %1 cells', cells.length)}
        </Button>
      )}
    </div>
  );
}

function Cell(props: {
  cell: NotebookCell;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}): ReactElement {
  const { cell, rendermime, trans } = props;
  if (cell.kind === 'markdown') {
    return <Markdown source={cell.source} rendermime={rendermime} />;
  }
  const name =
    cell.count === null
      ? trans.__('Code that was not run')
      : trans.__('Code, run as number %1', cell.count);
  return (
    <div className="jp-HubNotebook-cell" role="group" aria-label={name}>
      <pre tabIndex={0} aria-label={name}>
        <code>{cell.source}</code>
      </pre>
      {cell.outputs.map((bundle, index) => (
        <Output key={index} bundle={bundle} rendermime={rendermime} />
      ))}
    </div>
  );
}

function Output(props: {
  bundle: Bundle;
  rendermime: IRenderMimeRegistry;
}): ReactElement | null {
  const { bundle, rendermime } = props;
  const mime = DRAWN.find(one => typeof bundle[one] === 'string');
  const host = useRef<HTMLDivElement>(null);
  const source = mime ? String(bundle[mime]) : '';
  useEffect(() => {
    if (!mime) {
      return;
    }
    const renderer = rendermime.createRenderer(mime);
    host.current?.append(renderer.node);
    const model = new MimeModel({ data: { [mime]: source }, trusted: false });
    renderer.renderModel(model).catch(error => {
      console.error('An output could not be drawn', error);
      renderer.node.textContent = source;
    });
    return () => {
      renderer.node.remove();
      renderer.dispose();
    };
  }, [mime, source, rendermime]);
  return mime ? <div className="jp-HubNotebook-output" ref={host} /> : null;
}
