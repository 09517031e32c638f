import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { CompareModel } from '../../model/compare';
import { Button } from '../button';
import { useStore } from '../use-store';

/** Whether the team looks at this comparison together. */
export function Discussion(props: {
  model: CompareModel;
  trans: TranslationBundle;
}): ReactElement {
  const { model, trans } = props;
  const shared = useStore(model.shared);
  if (!shared) {
    return (
      <p className="jp-HubRun-do">
        <Button
          onClick={() => model.share()}
          title={trans.__(
            'Everybody finds this comparison in the tab Runs, and sees it drawn as you draw it'
          )}
        >
          {trans.__('Discuss with everyone')}
        </Button>
      </p>
    );
  }
  return (
    <p className="jp-HubRun-do" role="status">
      {trans.__(
        'Under discussion: all see it drawn like this, last changed by %1.',
        shared.by.displayName
      )}{' '}
      <Button onClick={() => void model.end()}>
        {trans.__('End discussion')}
      </Button>
    </p>
  );
}
