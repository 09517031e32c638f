import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Run, RunWarning } from '../../api/wire';

/** A warning in words. */
function warningText(warning: RunWarning, trans: TranslationBundle): string {
  const { kind, metric, step } = warning;
  switch (kind) {
    case 'notFinite':
      return trans.__('%1 is NaN or infinite at step %2', metric, step);
    case 'diverging':
      return trans.__('%1 diverges', metric);
    case 'stalled':
      return trans.__('%1 has not improved since step %2', metric, step);
  }
}

/** What should worry whoever looks at *run*. */
export function Warnings(props: {
  run: Run;
  trans: TranslationBundle;
}): ReactElement | null {
  const { run, trans } = props;
  const texts = run.warnings.map(warning => warningText(warning, trans));
  const [first] = texts;
  if (first === undefined) {
    return null;
  }
  const more = texts.length - 1;
  return (
    <p className="jp-HubWarning" title={texts.join('\n')}>
      <span aria-hidden>⚠</span> {first}
      {more > 0 && ` ${trans.__('and %1 more', more)}`}
    </p>
  );
}

/** How far *run* is: a bar where it says how many steps there will be. */
export function Progress(props: {
  run: Run;
  trans: TranslationBundle;
}): ReactElement | null {
  const { run, trans } = props;
  if (run.status !== 'running' || run.step === null) {
    return null;
  }
  const text = trans.__('step %1', run.step);
  return (
    <span className="jp-HubProgress">
      {run.progress !== null && (
        <progress
          value={run.progress}
          max={1}
          aria-label={trans.__('Progress of %1', run.name)}
        />
      )}
      {run.progress === null
        ? text
        : `${Math.round(run.progress * 100)} % · ${text}`}
    </span>
  );
}
