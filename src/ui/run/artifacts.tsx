import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect } from 'react';
import type { ArtifactPreview } from '../../api/wire';
import type { ArtifactsModel } from '../../model/artifacts';
import { LinkButton } from '../button';
import { sizeText } from '../format';
import { Busy, Problem } from '../problem';
import { useStore } from '../use-store';

interface Props {
  model: ArtifactsModel;
  link: (path: string) => string;
  trans: TranslationBundle;
}

/** The files of a run, and the beginning of one of them. */
export function Artifacts(props: Props): ReactElement {
  const { model, trans } = props;
  const state = useStore(model.store);
  useEffect(() => void model.open(''), [model]);
  return (
    <section aria-label={trans.__('Files')}>
      <h2>{trans.__('Files')}</h2>
      {state.is === 'busy' && <Busy label={trans.__('Loading')} lines={2} />}
      {state.is === 'failed' && (
        <Problem
          why={state.why}
          trans={trans}
          retry={() => void model.open('')}
        />
      )}
      {state.is === 'shown' && (
        <ul className="jp-HubFiles">
          {state.folder && (
            <li>
              <LinkButton
                onClick={() =>
                  void model.open(
                    state.folder.split('/').slice(0, -1).join('/')
                  )
                }
              >
                ..
              </LinkButton>{' '}
              {state.folder}/
            </li>
          )}
          {state.entries.length === 0 && (
            <li>{trans.__('The run logged no files.')}</li>
          )}
          {state.entries.map(({ path, isDir, sizeBytes }) => (
            <li key={path}>
              <LinkButton
                onClick={() =>
                  void (isDir ? model.open(path) : model.look(path))
                }
              >
                {path.split('/').pop()}
                {isDir && '/'}
              </LinkButton>{' '}
              {sizeBytes !== null && sizeText(sizeBytes)}
            </li>
          ))}
        </ul>
      )}
      <Looked {...props} />
    </section>
  );
}

function Looked(props: Props): ReactElement | null {
  const { model, trans } = props;
  const looked = useStore(model.looked);
  switch (looked.is) {
    case 'none':
      return null;
    case 'busy':
      return <Busy label={trans.__('Loading')} lines={3} />;
    case 'failed':
      return <Problem why={looked.why} trans={trans} />;
    case 'shown':
      return <Preview {...props} preview={looked.preview} />;
  }
}

/** Text stays text: nothing that a run logged is ever drawn as a page of ours. */
function Preview(props: Props & { preview: ArtifactPreview }): ReactElement {
  const { preview, link, trans } = props;
  const { path, kind, text, columns, rows, truncated, sizeBytes } = preview;
  return (
    <figure className="jp-HubPreview">
      <figcaption>
        {path} · {sizeText(sizeBytes)} ·{' '}
        <a href={link(preview.url)} download>
          {trans.__('Download')}
        </a>
      </figcaption>
      {kind === 'image' && <img src={link(preview.url)} alt={path} />}
      {kind === 'text' && <pre tabIndex={0}>{text}</pre>}
      {kind === 'binary' && (
        <p>{trans.__('No preview of this kind of file.')}</p>
      )}
      {kind === 'table' && (
        <div
          className="jp-HubScroll"
          tabIndex={0}
          role="group"
          aria-label={path}
        >
          <table className="jp-HubTable">
            <caption className="jp-HubHidden">{path}</caption>
            <thead>
              <tr>
                {columns.map((column, index) => (
                  <th key={index} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, place) => (
                    <td key={place}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {truncated && (
        <p className="jp-HubNote">{trans.__('This is only its beginning.')}</p>
      )}
    </figure>
  );
}
