import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Connection } from '../model/connection';
import { Button } from './button';
import { useStore } from './use-store';

/** Says that the live line is down; silent while it is up. */
export function Offline(props: {
  connection: Connection;
  trans: TranslationBundle;
}): ReactElement {
  const { connection, trans } = props;
  const state = useStore(connection.store);
  return (
    <div role="status" aria-live="polite">
      {state.is === 'offline' && (
        <div className="jp-HubOffline">
          <span>{trans.__('Offline, retrying…')}</span>
          <Button onClick={() => connection.retry()}>
            {trans.__('Retry now')}
          </Button>
        </div>
      )}
    </div>
  );
}
