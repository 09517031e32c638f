import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { Sheet } from '../../model/repo/csv';
import type { Preview } from '../../model/repo/preview';
import type { TensorList } from '../../model/repo/tensors';
import { Button } from '../button';
import { countText, sizeText } from '../format';
import { Empty } from '../problem';
import { Markdown } from './card';
import { NotebookView } from './notebook';

export interface PreviewProps {
  preview: Preview;
  name: string;
  more: () => void;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** What is in a file. Nothing of it is run. */
export function PreviewView(props: PreviewProps): ReactElement {
  const { preview, name, more, rendermime, trans } = props;
  switch (preview.is) {
    case 'text':
      return (
        <>
          <pre className="jp-HubText" tabIndex={0} aria-label={name}>
            {preview.text}
          </pre>
          {preview.isCut && (
            <p className="jp-HubBar">
              {trans.__('The first %1.', sizeText(preview.shownBytes))}
              <Button onClick={more}>{trans.__('Show more')}</Button>
            </p>
          )}
        </>
      );
    case 'markdown':
      return <Markdown source={preview.text} rendermime={rendermime} />;
    case 'sheet':
      return <SheetView sheet={preview.sheet} name={name} trans={trans} />;
    case 'image':
      return <ImageView {...preview} name={name} />;
    case 'notebook':
      return (
        <NotebookView
          notebook={preview.notebook}
          rendermime={rendermime}
          trans={trans}
        />
      );
    case 'tensors':
      return <Tensors list={preview.list} name={name} trans={trans} />;
    case 'none':
      return <Empty title={reason(preview.why, trans)} />;
  }
}

function reason(
  why: 'binary' | 'large' | 'empty',
  trans: TranslationBundle
): string {
  switch (why) {
    case 'binary':
      return trans.__('This is no text. Download the file to use it.');
    case 'large':
      return trans.__('Too large to show. Download the file to see it.');
    case 'empty':
      return trans.__('The file is empty.');
  }
}

/** An image is drawn from bytes by the browser; scripts in an SVG do not run in an img element. */
function ImageView(props: {
  bytes: Uint8Array<ArrayBuffer>;
  mime: string;
  name: string;
}): ReactElement {
  const { bytes, mime, name } = props;
  const [url, setUrl] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes], { type: mime }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, mime]);
  return url ? <img className="jp-HubImage" src={url} alt={name} /> : <></>;
}

function SheetView(props: {
  sheet: Sheet;
  name: string;
  trans: TranslationBundle;
}): ReactElement {
  const { sheet, name, trans } = props;
  return (
    <div className="jp-HubSheet" tabIndex={0} role="group" aria-label={name}>
      <table className="jp-HubTable">
        <caption>
          {sheet.isCut
            ? trans.__('The first %1 rows', sheet.rows.length)
            : trans._n('%1 row', '%1 rows', sheet.rows.length)}
        </caption>
        <thead>
          <tr>
            {sheet.head.map((cell, column) => (
              <th key={column} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sheet.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} className={numberClass(cell)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function numberClass(cell: string): string | undefined {
  return cell.trim() && Number.isFinite(Number(cell))
    ? 'jp-mod-number'
    : undefined;
}

const MOST_TENSORS = 500;

function Tensors(props: {
  list: TensorList;
  name: string;
  trans: TranslationBundle;
}): ReactElement {
  const { list, name, trans } = props;
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? list.tensors : list.tensors.slice(0, MOST_TENSORS);
  const count = trans._n('%1 tensor', '%1 tensors', list.tensors.length);
  const parameters = trans.__('%1 parameters', countText(list.parameters));
  return (
    <div className="jp-HubSheet" tabIndex={0} role="group" aria-label={name}>
      <table className="jp-HubTable">
        <caption>
          {count}, {parameters}
          {list.notes.map(([key, value]) => ` · ${key}: ${value}`)}
        </caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Tensor')}</th>
            <th scope="col">{trans.__('Type')}</th>
            <th scope="col">{trans.__('Shape')}</th>
            <th scope="col" className="jp-mod-number">
              {trans.__('Size')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(tensor => (
            <tr key={tensor.name}>
              <th scope="row">
                <code>{tensor.name}</code>
              </th>
              <td>{tensor.dtype}</td>
              <td>{tensor.shape.join(' × ') || trans.__('scalar')}</td>
              <td className="jp-mod-number">{sizeText(tensor.sizeBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < list.tensors.length && (
        <Button onClick={() => setWhole(true)}>{trans.__('Show all')}</Button>
      )}
    </div>
  );
}
