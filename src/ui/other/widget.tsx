import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { hubIcon } from '../icons';
import type { OtherPageProps } from './page';
import { OtherPage } from './page';

/** The page of a repo of another hub as a widget. */
export class OtherWidget extends ReactWidget {
  constructor(private readonly props: OtherPageProps) {
    super();
    this.addClass('jp-Hub');
    this.addClass('jp-HubPage');
    this.title.label = props.model.id;
    this.title.icon = hubIcon;
    this.title.caption = props.trans.__('%1, on another hub', props.model.id);
  }

  get model(): OtherPageProps['model'] {
    return this.props.model;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.props.model.dispose();
      super.dispose();
    }
  }

  protected render(): ReactElement {
    return <OtherPage {...this.props} />;
  }
}
