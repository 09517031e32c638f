import type { TranslationBundle } from '@jupyterlab/translation';
import type { DragEvent, ReactElement, ReactNode } from 'react';
import { useRef, useState } from 'react';
import type { PageModel } from '../../model/page';
import type {
  Chosen,
  UploadFile,
  UploadModel,
  UploadState
} from '../../model/repo/upload';
import { Button } from '../button';
import { SelectField, TextField } from '../field';
import { sizeText } from '../format';
import { Problem } from '../problem';
import { useStore } from '../use-store';
import { chosenFiles, droppedFiles } from './dropped';

/** Takes files and folders that are dropped on it. */
export function DropZone(props: {
  isOpen: boolean;
  drop: (files: Chosen[]) => void;
  children: ReactNode;
  trans: TranslationBundle;
}): ReactElement {
  const { isOpen, drop, children, trans } = props;
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent) => {
    if (isOpen && event.dataTransfer.types.includes('Files')) {
      event.preventDefault();
      event.stopPropagation();
      setOver(true);
    }
  };
  const dropped = (event: DragEvent) => {
    setOver(false);
    if (isOpen) {
      event.preventDefault();
      event.stopPropagation();
      void droppedFiles(event.dataTransfer).then(drop);
    }
  };
  return (
    <div
      className={`jp-HubDrop ${isOver ? 'jp-mod-over' : ''}`}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
    >
      {isOver && (
        <p className="jp-HubDrop-hint">{trans.__('Drop to upload here')}</p>
      )}
      {children}
    </div>
  );
}

export interface UploadProps {
  model: PageModel;
  folder: string;
  close: () => void;
  trans: TranslationBundle;
}

/** From chosen files to one commit that has them all. */
export function Upload(props: UploadProps): ReactElement {
  const { model, folder, close, trans } = props;
  const { upload } = model;
  const state = useStore(upload.store);
  const files = useStore(upload.files);
  const done = () => {
    upload.reset();
    close();
  };
  return (
    <section aria-label={trans.__('Upload')} className="jp-HubUpload">
      {state.is === 'choosing' && (
        <Choose upload={upload} folder={folder} trans={trans} />
      )}
      {files.length > 0 && state.is !== 'done' && (
        <ul className="jp-HubUpload-files" aria-label={trans.__('Files')}>
          {files.map(file => (
            <Row
              key={file.path}
              file={file}
              remove={
                state.is === 'choosing'
                  ? () => upload.remove(file.path)
                  : undefined
              }
              trans={trans}
            />
          ))}
        </ul>
      )}
      <p className="jp-HubStatus" role="status" aria-live="polite">
        {statusOf(state, files, trans)}
      </p>
      {state.is === 'choosing' && state.refused && (
        <Problem why={state.refused} trans={trans} />
      )}
      {state.is === 'choosing' && <Details {...props} />}
      <footer className="jp-HubBar">
        {state.is === 'working' && (
          <Button onClick={() => upload.cancel()}>{trans.__('Stop')}</Button>
        )}
        {(state.is === 'choosing' || state.is === 'done') && (
          <Button onClick={done}>{trans.__('Close')}</Button>
        )}
        {state.is === 'choosing' && (
          <Button
            primary
            disabled={files.length === 0}
            onClick={() => void upload.start().then(() => model.refresh())}
          >
            {trans.__('Upload and commit')}
          </Button>
        )}
      </footer>
    </section>
  );
}

function statusOf(
  state: UploadState,
  files: readonly UploadFile[],
  trans: TranslationBundle
): string {
  switch (state.is) {
    case 'choosing':
      return trans._n('%1 file chosen', '%1 files chosen', files.length);
    case 'working':
      return files.some(
        file => file.state.is === 'sending' && file.state.isOffline
      )
        ? trans.__('The connection is lost. The upload goes on by itself.')
        : trans.__(
            '%1 of %2 sent',
            files.filter(file => file.state.is === 'sent').length,
            files.length
          );
    case 'committing':
      return trans.__('Committing…');
    case 'done':
      return trans._n(
        '%1 file committed as %2',
        '%1 files committed as %2',
        state.count,
        state.commit.id.slice(0, 8)
      );
  }
}

function Choose(props: {
  upload: UploadModel;
  folder: string;
  trans: TranslationBundle;
}): ReactElement {
  const { upload, folder, trans } = props;
  const files = useRef<HTMLInputElement>(null);
  const folders = useRef<HTMLInputElement | null>(null);
  const add = (list: FileList | null) => upload.add(chosenFiles(list), folder);
  return (
    <div className="jp-HubBar">
      <p>{trans.__('Drop files or folders here, or')}</p>
      <Button onClick={() => files.current?.click()}>
        {trans.__('Choose files…')}
      </Button>
      <Button onClick={() => folders.current?.click()}>
        {trans.__('Choose a folder…')}
      </Button>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        data-choose="files"
        onChange={event => add(event.target.files)}
      />
      <input
        ref={node => {
          folders.current = node;
          node?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        hidden
        data-choose="folder"
        onChange={event => add(event.target.files)}
      />
    </div>
  );
}

function Details(props: UploadProps): ReactElement {
  const { model, trans } = props;
  const { upload } = model;
  const message = useStore(upload.message);
  const branch = useStore(upload.branch);
  const refs = useStore(model.refs.refs.store);
  const names =
    refs.is === 'shown' ? refs.value.branches.map(({ name }) => name) : [];
  const branches = names.includes(branch) ? names : [branch, ...names];
  return (
    <div className="jp-HubUpload-details">
      <TextField
        label={trans.__('Commit message')}
        value={message}
        placeholder={upload.proposed}
        change={text => upload.message.set(text)}
      />
      <SelectField
        label={trans.__('Branch')}
        value={branch}
        options={branches.map(name => ({ value: name, label: name }))}
        change={name => upload.branch.set(name)}
      />
    </div>
  );
}

function Row(props: {
  file: UploadFile;
  remove: (() => void) | undefined;
  trans: TranslationBundle;
}): ReactElement {
  const { file, remove, trans } = props;
  const { path, state } = file;
  const { size } = file.file;
  const bytes =
    state.is === 'hashing' || state.is === 'sending' ? state.bytes : 0;
  return (
    <li>
      <span className="jp-HubUpload-path">{path}</span>
      <span className="jp-HubStatus">
        {sizeText(size)} · {wordOf(file, trans)}
      </span>
      {(state.is === 'hashing' || state.is === 'sending') && (
        <progress
          aria-label={trans.__('Progress of %1', path)}
          max={Math.max(size, 1)}
          value={bytes}
        />
      )}
      {remove && (
        <Button onClick={remove} label={trans.__('Leave out %1', path)}>
          ✕
        </Button>
      )}
    </li>
  );
}

function wordOf({ state }: UploadFile, trans: TranslationBundle): string {
  switch (state.is) {
    case 'waiting':
      return trans.__('waiting');
    case 'hashing':
      return trans.__('reading');
    case 'sending':
      return state.isOffline
        ? trans.__('offline, retrying')
        : trans.__('sending');
    case 'sent':
      return trans.__('sent');
  }
}
