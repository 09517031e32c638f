import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { hubIcon } from '../icons';
import type { AccountProps } from './page';
import { Account } from './page';

/** One's own things on the hub as a widget. */
export class AccountWidget extends ReactWidget {
  constructor(private readonly props: AccountProps) {
    super();
    this.addClass('jp-Hub');
    this.addClass('jp-HubPage');
    this.title.label = props.trans.__('Your Hub');
    this.title.icon = hubIcon;
  }

  get model(): AccountProps['model'] {
    return this.props.model;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.props.model.dispose();
      super.dispose();
    }
  }

  protected render(): ReactElement {
    return <Account {...this.props} />;
  }
}
