import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { RunStatus } from '../../api/wire';

/** How a run stands: a mark and a word. */
export function Status(props: {
  status: RunStatus;
  trans: TranslationBundle;
}): ReactElement {
  const { status, trans } = props;
  const [mark, word] = {
    running: ['●', trans.__('running')],
    finished: ['✓', trans.__('finished')],
    failed: ['✗', trans.__('failed')],
    killed: ['■', trans.__('killed')],
    lost: ['?', trans.__('lost')]
  }[status];
  return (
    <span className={`jp-HubRunStatus jp-mod-${status}`}>
      <span aria-hidden>{mark}</span> {word}
    </span>
  );
}
