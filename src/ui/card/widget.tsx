import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { hubIcon } from '../icons';
import type { CardEditorProps } from './editor';
import { CardEditor } from './editor';

/** The editor of one card as a widget. */
export class CardEditorWidget extends ReactWidget {
  constructor(private readonly props: CardEditorProps) {
    super();
    this.addClass('jp-Hub');
    this.addClass('jp-HubPage');
    this.title.label = props.trans.__('Card of %1', props.model.repo.id);
    this.title.icon = hubIcon;
    this.title.caption = this.title.label;
  }

  get model(): CardEditorProps['model'] {
    return this.props.model;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.props.model.dispose();
      super.dispose();
    }
  }

  protected render(): ReactElement {
    return <CardEditor {...this.props} />;
  }
}
