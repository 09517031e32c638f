import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { hubIcon } from '../icons';
import type { RunPageProps } from './page';
import { RunView } from './page';

/** The page of one run as a widget. */
export class RunWidget extends ReactWidget {
  constructor(private readonly props: RunPageProps) {
    super();
    this.addClass('jp-Hub');
    this.addClass('jp-HubPage');
    this.title.label = props.trans.__('Run');
    this.title.icon = hubIcon;
    props.model.store.changed.connect(this.entitle, this);
  }

  get model(): RunPageProps['model'] {
    return this.props.model;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.props.model.store.changed.disconnect(this.entitle, this);
      this.props.model.dispose();
      super.dispose();
    }
  }

  protected render(): ReactElement {
    return <RunView {...this.props} />;
  }

  private entitle(): void {
    const { state } = this.props.model.store;
    if (state.is === 'shown') {
      this.title.label = state.page.run.name;
    }
  }
}
