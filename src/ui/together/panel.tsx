import type { ReactElement } from 'react';
import { useState } from 'react';
import { Tabs } from '../tabs';
import { useStore } from '../use-store';
import { Comments } from './comments';
import type { TogetherProps } from './people';
import { People } from './people';
import { Suggestions } from './suggestions';

type TabId = 'comments' | 'people' | 'suggestions';

/** People, comments and suggestions. */
export function Together(props: TogetherProps): ReactElement {
  const { model, trans } = props;
  const [tab, setTab] = useState<TabId>('comments');
  const state = useStore(model.workspace.store);
  return (
    <>
      {state.is === 'shown' && !state.online && (
        <p className="jp-HubOffline" role="status">
          {trans.__('The server does not answer. What you see may be old.')}
        </p>
      )}
      <Tabs<TabId>
        label={trans.__('Together')}
        current={tab}
        select={setTab}
        tabs={[
          { id: 'comments', label: trans.__('Comments') },
          { id: 'people', label: trans.__('People') },
          { id: 'suggestions', label: trans.__('Suggestions') }
        ]}
      >
        {tab === 'comments' && <Comments {...props} />}
        {tab === 'people' && <People {...props} />}
        {tab === 'suggestions' && <Suggestions {...props} />}
      </Tabs>
    </>
  );
}

export default Together;
