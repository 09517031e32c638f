import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { hubIcon } from '../icons';
import type { CompareModelsProps } from './page';
import { CompareModelsPage } from './page';

/** The comparison of repos as a widget. */
export class CompareModelsWidget extends ReactWidget {
  constructor(private readonly props: CompareModelsProps) {
    super();
    this.addClass('jp-Hub');
    this.addClass('jp-HubPage');
    this.title.label = props.trans.__('Compare');
    this.title.caption = props.model.ids.join(', ');
    this.title.icon = hubIcon;
  }

  get model(): CompareModelsProps['model'] {
    return this.props.model;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.props.model.dispose();
      super.dispose();
    }
  }

  protected render(): ReactElement {
    return <CompareModelsPage {...this.props} />;
  }
}
