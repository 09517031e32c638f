import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Run } from '../../api/wire';

/** How a run stands: a mark and a word. */
export function Status(props: {
  run: Run;
  trans: TranslationBundle;
}): ReactElement {
  const { run, trans } = props;
  const { status } = run;
  // MLflow calls a run failed whose cell was interrupted: it did what it was told.
  const stopped = status === 'failed' && run.stoppedBy !== null;
  const [mark, word] = {
    running: ['●', trans.__('running')],
    finished: ['✓', trans.__('finished')],
    failed: ['✗', trans.__('failed')],
    killed: ['■', stopped ? trans.__('stopped') : trans.__('killed')],
    lost: ['?', trans.__('lost')]
  }[stopped ? 'killed' : status];
  return (
    <span className={`jp-HubRunStatus jp-mod-${stopped ? 'killed' : status}`}>
      <span aria-hidden>{mark}</span> {word}
    </span>
  );
}
