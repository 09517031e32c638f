import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import type { ReactElement, RefObject } from 'react';
import { createRef } from 'react';
import type { PanelModel, TabId } from '../model/panel';
import type { Actions } from './actions';
import { hubIcon } from './icons';
import { Models } from './models/models';
import { Repos } from './models/repos';
import { Offline } from './offline';
import { Runs } from './runs/runs';
import { Search } from './search/search';
import { Tabs } from './tabs';
import { useStore } from './use-store';

interface Props {
  model: PanelModel;
  field: RefObject<HTMLTextAreaElement>;
  actions: Actions;
  trans: TranslationBundle;
}

/** The three tabs of the panel. */
export function Panel(props: Props): ReactElement {
  const { model, field, actions, trans } = props;
  const tab = useStore(model.tab);
  const fresh = useStore(model.saved.fresh);
  const shared = { actions, trans };
  return (
    <>
      <Offline connection={model.connection} trans={trans} />
      <Tabs<TabId>
        label={trans.__('Hub')}
        current={tab}
        select={id => model.tab.set(id)}
        tabs={[
          { id: 'search', label: trans.__('Search'), count: fresh },
          { id: 'models', label: trans.__('Models') },
          { id: 'runs', label: trans.__('Runs') }
        ]}
      >
        {tab === 'search' && (
          <Search
            model={model.search}
            saved={model.saved}
            through={model.through}
            meaning={model.meaning}
            field={field}
            {...shared}
          />
        )}
        {tab === 'models' && (
          <Repos repos={model.repos} {...shared}>
            <Models model={model.models} {...shared} />
          </Repos>
        )}
        {tab === 'runs' && <Runs model={model.runs} {...shared} />}
      </Tabs>
    </>
  );
}

/** The panel in the left sidebar. */
export class HubPanel extends ReactWidget {
  constructor(
    private readonly model: PanelModel,
    private readonly actions: Actions,
    private readonly trans: TranslationBundle
  ) {
    super();
    this.id = 'jupyter-hubcollab-panel';
    this.title.icon = hubIcon;
    this.title.caption = trans.__('Hub');
    this.addClass('jp-Hub');
    this.addClass('jp-HubPanel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Hub'));
  }

  /** Put *tab* in front; the search tab gets the cursor. */
  open(tab: TabId): void {
    this.model.tab.set(tab);
    if (tab === 'search') {
      requestAnimationFrame(() => this.field.current?.focus());
    }
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.model.start();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.isVisible) {
      this.model.start();
    }
  }

  protected render(): ReactElement {
    return (
      <Panel
        model={this.model}
        field={this.field}
        actions={this.actions}
        trans={this.trans}
      />
    );
  }

  private readonly field = createRef<HTMLTextAreaElement>();
}
