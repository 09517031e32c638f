import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { hubIcon } from '../icons';
import type { HistoryProps } from './page';
import { HistoryPage } from './page';

/** The history of a notebook as a widget. */
export class HistoryWidget extends ReactWidget {
  constructor(private readonly props: HistoryProps) {
    super();
    this.addClass('jp-Hub');
    this.addClass('jp-HubPage');
    const name = props.model.path.split('/').pop() ?? '';
    this.title.label = props.trans.__('History of %1', name);
    this.title.icon = hubIcon;
  }

  get model(): HistoryProps['model'] {
    return this.props.model;
  }

  protected render(): ReactElement {
    return <HistoryPage {...this.props} />;
  }
}
