import type { ReactElement } from 'react';
import type { TogetherTab } from '../../model/together';
import { Tabs } from '../tabs';
import { useStore } from '../use-store';
import { Comments } from './comments';
import type { TogetherProps } from './people';
import { People } from './people';
import { Suggestions } from './suggestions';

/** People, comments and suggestions. */
export function Together(props: TogetherProps): ReactElement {
  const { model, trans } = props;
  const tab = useStore(model.tab);
  const state = useStore(model.workspace.store);
  return (
    <>
      {state.is === 'shown' && !state.online && (
        <p className="jp-HubOffline" role="status">
          {trans.__('The server does not answer. What you see may be old.')}
        </p>
      )}
      <Tabs<TogetherTab>
        label={trans.__('Together')}
        current={tab}
        select={id => model.tab.set(id)}
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
