import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { FileEntry, Safety } from '../../api/wire';
import { sizeText } from '../format';

export interface FilesProps {
  files: FileEntry[];
  link: (path: string) => string;
  trans: TranslationBundle;
}

/** The files of a revision: size, verdict of the scan, download. */
export function Files(props: FilesProps): ReactElement {
  const { files, link, trans } = props;
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return (
    <table className="jp-HubTable">
      <caption>
        {trans._n('%1 file', '%1 files', files.length)}, {sizeText(total)}
      </caption>
      <thead>
        <tr>
          <th scope="col">{trans.__('File')}</th>
          <th scope="col" className="jp-mod-number">
            {trans.__('Size')}
          </th>
          <th scope="col">{trans.__('Safety')}</th>
        </tr>
      </thead>
      <tbody>
        {files.map(file => (
          <tr key={file.path}>
            <td>
              <a href={link(file.url)} download title={file.digest}>
                {file.path}
              </a>
              {file.safety !== 'safe' && file.safetyNote && (
                <p className="jp-HubNote">{file.safetyNote}</p>
              )}
            </td>
            <td className="jp-mod-number">{sizeText(file.sizeBytes)}</td>
            <td>
              <Verdict
                safety={file.safety}
                note={file.safetyNote}
                trans={trans}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Verdict(props: {
  safety: Safety;
  note: string;
  trans: TranslationBundle;
}): ReactElement {
  const { safety, note, trans } = props;
  const [mark, word] = {
    safe: ['✓', trans.__('Safe')],
    caution: ['!', trans.__('Caution')],
    unsafe: ['✗', trans.__('Unsafe')],
    unscanned: ['?', trans.__('Not scanned')]
  }[safety];
  return (
    <span className={`jp-HubSafety jp-mod-${safety}`} title={note || undefined}>
      <span aria-hidden>{mark}</span> {word}
    </span>
  );
}
