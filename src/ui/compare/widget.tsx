import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { hubIcon } from '../icons';
import type { ComparePageProps } from './page';
import { ComparePage } from './page';

/** The comparison of runs as a widget. */
export class CompareWidget extends ReactWidget {
  constructor(private readonly props: ComparePageProps) {
    super();
    this.addClass('jp-Hub');
    this.addClass('jp-HubPage');
    this.title.label = props.trans.__('Compare Runs');
    this.title.icon = hubIcon;
  }

  get model(): ComparePageProps['model'] {
    return this.props.model;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.props.model.dispose();
      super.dispose();
    }
  }

  protected render(): ReactElement {
    return <ComparePage {...this.props} />;
  }
}
