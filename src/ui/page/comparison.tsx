import type { TranslationBundle } from '@jupyterlab/translation';
import type { KeyboardEvent, ReactElement } from 'react';
import { useRef } from 'react';
import type { Comparison, DiffHunk, FileDiff } from '../../api/wire';
import { Button } from '../button';
import { sizeText } from '../format';
import { Empty } from '../problem';

export interface ComparisonProps {
  comparison: Comparison;
  /** Show all lines of a file of which only the first are shown. */
  whole: (path: string) => void;
  trans: TranslationBundle;
}

const STEPS: Record<string, number> = { n: 1, j: 1, p: -1, k: -1 };

/** What differs: files, and their lines in hunks. The keys n and p lead from hunk to hunk. */
export function ComparisonView(props: ComparisonProps): ReactElement {
  const { comparison, trans } = props;
  const host = useRef<HTMLDivElement>(null);
  const { files, fileCount } = comparison;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      focusHunk(host.current, step);
    }
  };
  if (files.length === 0) {
    return <Empty title={trans.__('Nothing differs.')} />;
  }
  const added = files.reduce((sum, file) => sum + file.additions, 0);
  const deleted = files.reduce((sum, file) => sum + file.deletions, 0);
  return (
    <div ref={host} className="jp-HubDiff" onKeyDown={onKeyDown}>
      <p className="jp-HubStatus">
        {trans._n('%1 file changed', '%1 files changed', fileCount)},{' '}
        {trans.__('%1 lines added, %2 deleted', added, deleted)}
        {files.some(file => file.hunks.length > 0) &&
          ` · ${trans.__('keys n and p: next and previous change')}`}
      </p>
      {files.map(file => (
        <FileView key={file.path} {...props} file={file} />
      ))}
      {fileCount > files.length && (
        <p>{trans.__('%1 more files changed.', fileCount - files.length)}</p>
      )}
    </div>
  );
}

function focusHunk(host: HTMLElement | null, step: number): void {
  const hunks = [...(host?.querySelectorAll<HTMLElement>('[data-hunk]') ?? [])];
  const here = hunks.findIndex(hunk => hunk.contains(document.activeElement));
  const next = hunks[here < 0 && step < 0 ? hunks.length - 1 : here + step];
  next?.focus();
}

function FileView(props: ComparisonProps & { file: FileDiff }): ReactElement {
  const { file, whole, trans } = props;
  const { path, oldPath, hunks, isCut, additions, deletions } = file;
  return (
    <section aria-label={path} className="jp-HubDiff-file">
      <h3>
        <span className="jp-HubBadge">{kindOf(file, trans)}</span>{' '}
        {oldPath ? `${oldPath} → ${path}` : path}
        {file.content === 'text' && (
          <span className="jp-HubDiff-count">
            <span className="jp-mod-added">+{additions}</span>{' '}
            <span className="jp-mod-deleted">−{deletions}</span>
          </span>
        )}
      </h3>
      {file.content !== 'text' && (
        <p className="jp-HubDiff-sizes">{sizesOf(file, trans)}</p>
      )}
      {hunks.map((hunk, index) => (
        <Hunk
          key={hunk.header + index}
          hunk={hunk}
          name={trans.__('Change %1 of %2', index + 1, hunks.length)}
          trans={trans}
        />
      ))}
      {isCut && (
        <Button onClick={() => whole(path)}>
          {trans.__('Show more of %1', path)}
        </Button>
      )}
    </section>
  );
}

function kindOf(file: FileDiff, trans: TranslationBundle): string {
  return {
    added: trans.__('added'),
    deleted: trans.__('deleted'),
    modified: trans.__('changed'),
    renamed: trans.__('renamed')
  }[file.kind];
}

/** Of what is no text: how its size changed. */
function sizesOf(file: FileDiff, trans: TranslationBundle): string {
  const what = {
    text: '',
    blob: trans.__('Large file'),
    binary: trans.__('Binary file'),
    large: trans.__('Very large text')
  }[file.content];
  const { oldSize, newSize } = file;
  if (oldSize === null || newSize === null) {
    return `${what}, ${sizeText(newSize ?? oldSize ?? 0)}`;
  }
  const grown = newSize - oldSize;
  const sign = grown < 0 ? '−' : '+';
  return `${what}, ${sizeText(oldSize)} → ${sizeText(newSize)} (${sign}${sizeText(Math.abs(grown))})`;
}

/** Neighbouring lines that changed. */
export function Hunk(props: {
  hunk: DiffHunk;
  name: string;
  trans: TranslationBundle;
}): ReactElement {
  const { hunk, name, trans } = props;
  const words = {
    '+': trans.__('added:'),
    '-': trans.__('deleted:'),
    ' ': ''
  };
  return (
    <div
      className="jp-HubDiff-hunk"
      tabIndex={0}
      role="group"
      aria-label={name}
      data-hunk
    >
      <table>
        {hunk.header && <caption>{hunk.header}</caption>}
        <tbody>
          {hunk.lines.map((line, index) => (
            <tr key={index} className={MARKS[line.sign]}>
              <td className="jp-HubDiff-number">{line.old}</td>
              <td className="jp-HubDiff-number">{line.new}</td>
              <td className="jp-HubDiff-sign">
                <span aria-hidden>{line.sign}</span>
                <span className="jp-HubHidden">{words[line.sign]}</span>
              </td>
              <td className="jp-HubDiff-text">{line.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const MARKS = {
  '+': 'jp-mod-added',
  '-': 'jp-mod-deleted',
  ' ': undefined
};
