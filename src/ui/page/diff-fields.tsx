import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type {
  CellDiff,
  FieldDiff,
  NotebookDiff,
  PathDiff
} from '../../api/wire';
import { sizeText } from '../format';
import { Hunk } from './comparison';

/** What both sides say of themselves. */
export function Fields(props: {
  fields: FieldDiff[];
  count: number;
  trans: TranslationBundle;
}): ReactElement {
  const { fields, count, trans } = props;
  const words = {
    card: trans.__('Card'),
    config: trans.__('Configuration'),
    environment: trans.__('Environment'),
    data: trans.__('Data')
  };
  return (
    <div className="jp-HubScroll" tabIndex={0} role="group">
      <table className="jp-HubTable jp-HubFields">
        <caption className="jp-HubHidden">{trans.__('Fields')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Field')}</th>
            <th scope="col">{trans.__('Before')}</th>
            <th scope="col">{trans.__('After')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field, index) => (
            <tr key={index}>
              <th scope="row">
                {field.name || '–'}
                <p className="jp-HubModel-when">
                  {words[field.section]}
                  {field.section === 'config' && ` · ${field.file}`}
                </p>
              </th>
              <td className={field.before === null ? '' : 'jp-mod-old'}>
                {field.before ?? trans.__('not there')}
              </td>
              <td className={field.after === null ? '' : 'jp-mod-new'}>
                {field.after ?? trans.__('not there')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {count > fields.length && (
        <p>{trans.__('%1 more fields differ.', count - fields.length)}</p>
      )}
    </div>
  );
}

/** The notebook, cell by cell. */
export function Cells(props: {
  notebook: NotebookDiff;
  trans: TranslationBundle;
}): ReactElement {
  const { notebook, trans } = props;
  return (
    <div className="jp-HubDiff">
      <p className="jp-HubStatus">
        {trans._n('%1 cell differs', '%1 cells differ', notebook.cells.length)},{' '}
        {trans.__('%1 do not', notebook.unchanged)}
      </p>
      {notebook.cells.map((cell, index) => (
        <CellView key={index} cell={cell} trans={trans} />
      ))}
    </div>
  );
}

function CellView(props: {
  cell: CellDiff;
  trans: TranslationBundle;
}): ReactElement {
  const { cell, trans } = props;
  const place = (cell.after ?? cell.before ?? 0) + 1;
  const what = {
    added: trans.__('added'),
    removed: trans.__('removed'),
    changed: trans.__('changed')
  }[cell.change];
  const name = trans.__('Cell %1', place);
  return (
    <section className="jp-HubDiff-file" aria-label={name}>
      <h3>
        <span className="jp-HubBadge">{what}</span> {name} · {cell.kind}
        {cell.outputsChanged && ` · ${trans.__('outputs differ')}`}
      </h3>
      {cell.lines.length > 0 && (
        <Hunk
          hunk={{ header: '', lines: cell.lines }}
          name={name}
          trans={trans}
        />
      )}
      {cell.isCut && <p>{trans.__('There are more lines.')}</p>}
    </section>
  );
}

/** The files that differ. */
export function Paths(props: {
  files: PathDiff[];
  count: number;
  trans: TranslationBundle;
}): ReactElement {
  const { files, count, trans } = props;
  const words = {
    added: trans.__('added'),
    removed: trans.__('removed'),
    changed: trans.__('changed')
  };
  const size = (bytes: number | null) =>
    bytes === null ? '–' : sizeText(bytes);
  return (
    <div className="jp-HubScroll" tabIndex={0} role="group">
      <table className="jp-HubTable">
        <caption className="jp-HubHidden">{trans.__('Files')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('File')}</th>
            <th scope="col">{trans.__('What')}</th>
            <th scope="col" className="jp-mod-number">
              {trans.__('Before')}
            </th>
            <th scope="col" className="jp-mod-number">
              {trans.__('After')}
            </th>
          </tr>
        </thead>
        <tbody>
          {files.map(file => (
            <tr key={file.path}>
              <th scope="row">{file.path}</th>
              <td>{words[file.change]}</td>
              <td className="jp-mod-number">{size(file.beforeBytes)}</td>
              <td className="jp-mod-number">{size(file.afterBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {count > files.length && (
        <p>{trans.__('%1 more files changed.', count - files.length)}</p>
      )}
    </div>
  );
}
