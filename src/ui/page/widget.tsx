import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { hubIcon } from '../icons';
import type { PageProps } from './page';
import { Page } from './page';

/** The page of one repo as a widget. */
export class PageWidget extends ReactWidget {
  constructor(private readonly props: PageProps) {
    super();
    this.addClass('jp-Hub');
    this.addClass('jp-HubPage');
    this.title.label = props.model.id;
    this.title.icon = hubIcon;
    this.title.caption = props.model.id;
  }

  get model(): PageProps['model'] {
    return this.props.model;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.props.model.dispose();
      super.dispose();
    }
  }

  protected render(): ReactElement {
    return <Page {...this.props} />;
  }
}
