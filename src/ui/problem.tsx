import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement, ReactNode } from 'react';
import type { Failure } from '../model/failure';
import { Button } from './button';

function remedy(code: string, trans: TranslationBundle): string {
  switch (code) {
    case 'Unreachable':
      return trans.__('Check that the Jupyter server still runs.');
    case 'AccessDenied':
      return trans.__('Ask the owner for access.');
    case 'Unauthenticated':
      return trans.__('Reload the page and log in again.');
    case 'GatedRepo':
      return trans.__('Ask for access at the top of the page.');
    case 'StaleParent':
      return trans.__('Load the page again, then try once more.');
    case 'RefIsProtected':
      return trans.__('Use another branch, or ask an admin of the repo.');
    case 'MergeConflict':
      return trans.__(
        'Bring the branch up to date with its target, then merge.'
      );
    case 'QuotaExceeded':
      return trans.__('Delete what is not needed, or ask for a larger quota.');
    case 'BlobNotFound':
      return trans.__('Upload the files again.');
    case 'TrackingUnavailable':
      return trans.__('The log of the Jupyter server says more.');
    default:
      return '';
  }
}

/** What went wrong, what to do about it, and a second try. */
export function Problem(props: {
  why: Failure;
  trans: TranslationBundle;
  retry?: () => void;
}): ReactElement {
  const { why, trans, retry } = props;
  const message =
    why.code === 'Unreachable'
      ? trans.__('The hub does not answer.')
      : why.message;
  return (
    <div className="jp-HubProblem" role="alert">
      <p>
        {message} {remedy(why.code, trans)}
      </p>
      {retry && <Button onClick={retry}>{trans.__('Try again')}</Button>}
    </div>
  );
}

/** A place that has nothing to show, and why. */
export function Empty(props: {
  title: string;
  children?: ReactNode;
}): ReactElement {
  return (
    <div className="jp-HubEmpty">
      <p className="jp-HubEmpty-title">{props.title}</p>
      {props.children}
    </div>
  );
}

/** Grey lines where an answer will stand. */
export function Busy(props: { label: string; lines?: number }): ReactElement {
  return (
    <div className="jp-HubBusy" role="status" aria-label={props.label}>
      {Array.from({ length: props.lines ?? 4 }, (_, index) => (
        <span key={index} className="jp-HubBusy-line" aria-hidden />
      ))}
    </div>
  );
}
