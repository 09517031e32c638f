import type { ReactElement } from 'react';
import { useState } from 'react';
import type { TreeEntry } from '../../api/wire';
import { Answered, Refusal } from '../answer';
import { Button } from '../button';
import { sizeText } from '../format';
import { Confirm } from '../modal';
import type { FilesProps } from './files';
import { Kept } from './files';
import { PreviewView } from './preview';
import { Verdict } from './verdict';

/** One file: what is known of it, what can be done with it, and its safe preview. */
export function FileView(
  props: FilesProps & { file: TreeEntry }
): ReactElement {
  const { model, file, actions, rendermime, trans } = props;
  const { safety, safetyNote } = file;
  return (
    <section aria-label={file.path} className="jp-HubFile">
      <div className="jp-HubBar">
        <p className="jp-HubFile-facts">
          <span>{sizeText(file.sizeBytes)}</span>{' '}
          <Kept kept={file.kept} trans={trans} />{' '}
          <Verdict safety={safety} note={safetyNote} trans={trans} />
          {safety !== 'safe' && safetyNote && (
            <span className="jp-HubNote"> {safetyNote}</span>
          )}
        </p>
        <a
          className="jp-HubButton"
          href={actions.link(file.url)}
          download={file.name}
        >
          {trans.__('Download')}
        </a>
        <Button onClick={() => actions.copy(file.path)}>
          {trans.__('Copy path')}
        </Button>
        <DeleteFile {...props} />
      </div>
      <Refusal deed={model.files.deed} trans={trans} />
      <Answered
        asked={model.files.preview}
        label={trans.__('Loading %1', file.name)}
        retry={() => model.files.open(file)}
        trans={trans}
      >
        {preview => (
          <PreviewView
            preview={preview}
            name={file.name}
            more={() => model.files.more()}
            rendermime={rendermime}
            trans={trans}
          />
        )}
      </Answered>
    </section>
  );
}

/** Files of a branch can be deleted; those of a tag or a commit stay. */
function DeleteFile(
  props: FilesProps & { file: TreeEntry }
): ReactElement | null {
  const { model, page, file, trans } = props;
  const [isAsking, setAsking] = useState(false);
  const branch = model.revision.state ?? 'main';
  const refs = model.refs.refs.value;
  const isBranch = refs?.branches.some(({ name }) => name === branch) ?? false;
  if (page.repo.may === 'read' || !isBranch) {
    return null;
  }
  return (
    <>
      <Button onClick={() => setAsking(true)}>{trans.__('Delete…')}</Button>
      {isAsking && (
        <Confirm
          title={trans.__('Delete %1?', file.path)}
          action={trans.__('Delete')}
          confirm={() => void model.files.delete(file, branch)}
          close={() => setAsking(false)}
          trans={trans}
        >
          <p>
            {trans.__(
              'A commit takes it out of branch %1. Older commits keep it.',
              branch
            )}
          </p>
        </Confirm>
      )}
    </>
  );
}
