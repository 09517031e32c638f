import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { RepoPage, Tree, TreeEntry } from '../../api/wire';
import type { PageModel } from '../../model/page';
import { stepsTo } from '../../model/repo/files';
import type { Chosen } from '../../model/repo/upload';
import type { Actions } from '../actions';
import { Answered } from '../answer';
import { Button, LinkButton } from '../button';
import { sizeText } from '../format';
import { Empty } from '../problem';
import { useStore } from '../use-store';
import { FileView } from './file';
import { Verdict } from './verdict';
import { DropZone, Upload } from './upload';

export interface FilesProps {
  model: PageModel;
  page: RepoPage;
  actions: Actions;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** The folders and files of a revision; one of them previewed; new ones uploaded. */
export function Files(props: FilesProps): ReactElement {
  const { model, page, trans } = props;
  const file = useStore(model.files.file);
  const folder = useStore(model.files.folder);
  const chosen = useStore(model.upload.files);
  const [isUploading, setUploading] = useState(chosen.length > 0);
  const mayWrite = page.repo.may !== 'read';
  const begin = (files: Chosen[]) => {
    if (!isUploading) {
      model.aimUpload();
    }
    setUploading(true);
    model.upload.add(files, folder);
  };
  return (
    <DropZone isOpen={mayWrite} drop={begin} trans={trans}>
      <div className="jp-HubBar">
        <Steps {...props} folder={folder} file={file} />
        {mayWrite && !isUploading && (
          <Button onClick={() => begin([])}>{trans.__('Upload files')}</Button>
        )}
      </div>
      {isUploading && (
        <Upload
          model={model}
          folder={folder}
          close={() => setUploading(false)}
          trans={trans}
        />
      )}
      {file ? <FileView {...props} file={file} /> : <Folder {...props} />}
    </DropZone>
  );
}

/** Where one is: every folder above is a step away. */
function Steps(
  props: FilesProps & { folder: string; file: TreeEntry | null }
): ReactElement {
  const { model, page, folder, file, trans } = props;
  const steps = [{ name: page.repo.name, path: '' }, ...stepsTo(folder)];
  return (
    <nav className="jp-HubSteps" aria-label={trans.__('Folder')}>
      <ol>
        {steps.map(({ name, path }, index) => {
          const isHere = index === steps.length - 1 && !file;
          return (
            <li key={path}>
              {isHere ? (
                <span aria-current="page">{name}</span>
              ) : (
                <LinkButton onClick={() => model.files.enter(path)}>
                  {name}
                </LinkButton>
              )}
            </li>
          );
        })}
        {file && (
          <li>
            <span aria-current="page">{file.name}</span>
          </li>
        )}
      </ol>
    </nav>
  );
}

function Folder(props: FilesProps): ReactElement {
  const { model, trans } = props;
  return (
    <Answered
      asked={model.files.tree}
      label={trans.__('Loading files')}
      retry={() => model.files.refresh()}
      trans={trans}
    >
      {tree =>
        tree.entries.length > 0 ? (
          <Listing {...props} tree={tree} />
        ) : (
          <Empty title={trans.__('No files yet.')}>
            <p>{trans.__('Drop files here, or choose them with Upload.')}</p>
          </Empty>
        )
      }
    </Answered>
  );
}

function Listing(props: FilesProps & { tree: Tree }): ReactElement {
  const { tree, trans } = props;
  const count = trans._n('%1 file', '%1 files', tree.fileCount);
  return (
    <table className="jp-HubTable jp-HubListing">
      <caption>
        {count}, {sizeText(tree.sizeBytes)}
      </caption>
      <thead>
        <tr>
          <th scope="col">{trans.__('Name')}</th>
          <th scope="col" className="jp-mod-number">
            {trans.__('Size')}
          </th>
          <th scope="col" className="jp-mod-wide">
            {trans.__('Kept')}
          </th>
          <th scope="col">{trans.__('Safety')}</th>
          <th scope="col" className="jp-mod-wide">
            <span className="jp-HubHidden">{trans.__('Actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {tree.entries.map(entry => (
          <Row key={entry.path} {...props} entry={entry} />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: FilesProps & { entry: TreeEntry }): ReactElement {
  const { model, entry, actions, trans } = props;
  const { name, path, isFolder, kept, safety, safetyNote } = entry;
  return (
    <tr>
      <th scope="row">
        <span aria-hidden className="jp-HubListing-mark">
          {isFolder ? '▸' : ''}
        </span>
        <LinkButton
          onClick={() =>
            isFolder ? model.files.enter(path) : model.files.open(entry)
          }
        >
          {isFolder ? `${name}/` : name}
        </LinkButton>
        {!isFolder && safety !== 'safe' && safetyNote && (
          <p className="jp-HubNote">{safetyNote}</p>
        )}
      </th>
      <td
        className="jp-mod-number"
        title={
          isFolder
            ? trans._n('%1 file', '%1 files', entry.fileCount)
            : undefined
        }
      >
        {sizeText(entry.sizeBytes)}
      </td>
      <td className="jp-mod-wide">
        <Kept kept={kept} trans={trans} />
      </td>
      <td>
        {!isFolder && (
          <Verdict safety={safety} note={safetyNote} trans={trans} />
        )}
      </td>
      <td className="jp-mod-wide jp-mod-number">
        {!isFolder && (
          <a
            href={actions.link(entry.url)}
            download={name}
            aria-label={trans.__('Download %1', name)}
          >
            {trans.__('Download')}
          </a>
        )}
      </td>
    </tr>
  );
}

/** A mark on files that are not in git itself. */
export function Kept(props: {
  kept: TreeEntry['kept'];
  trans: TranslationBundle;
}): ReactElement | null {
  const { kept, trans } = props;
  return kept === 'git' ? null : (
    <span
      className="jp-HubBadge"
      title={
        kept === 'xet'
          ? trans.__('Kept in chunks that versions share (Xet)')
          : trans.__('Kept whole, beside git (LFS)')
      }
    >
      {kept === 'xet' ? trans.__('Xet') : trans.__('LFS')}
    </span>
  );
}
