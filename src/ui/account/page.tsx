import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { AccountModel, AccountTab } from '../../model/account';
import type { Actions } from '../actions';
import { Tabs } from '../tabs';
import { Tokens } from '../tokens';
import { useStore } from '../use-store';
import { Collections } from './collections';
import { OtherHubs } from './hubs';
import { Webhooks } from './webhooks';

export interface AccountProps {
  model: AccountModel;
  actions: Actions;
  trans: TranslationBundle;
}

/** What is one's own on the hub and belongs to no single repo. */
export function Account(props: AccountProps): ReactElement {
  const { model, actions, trans } = props;
  const tab = useStore(model.tab);
  const title = trans.__('Your hub');
  return (
    <article aria-label={title}>
      <header>
        <h1>{title}</h1>
      </header>
      <Tabs<AccountTab>
        label={title}
        current={tab}
        select={id => model.tab.set(id)}
        tabs={[
          { id: 'collections', label: trans.__('Collections') },
          { id: 'hubs', label: trans.__('Other hubs') },
          { id: 'webhooks', label: trans.__('Webhooks') },
          { id: 'tokens', label: trans.__('Access tokens') }
        ]}
      >
        {tab === 'collections' && (
          <Collections
            model={model.collections}
            actions={actions}
            trans={trans}
          />
        )}
        {tab === 'hubs' && <OtherHubs model={model.hubs} trans={trans} />}
        {tab === 'webhooks' && (
          <Webhooks model={model.webhooks} trans={trans} />
        )}
        {tab === 'tokens' && (
          <Tokens model={model.tokens} copy={actions.copy} trans={trans} />
        )}
      </Tabs>
    </article>
  );
}
