import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { PanelLayout, Widget } from '@lumino/widgets';
import type { PublishProps } from './dialog';
import { PublishForm } from './dialog';

/** The publish dialog: a native modal, so that the browser keeps the focus inside and Escape closes it. */
export class PublishDialog extends Widget {
  static open(props: Omit<PublishProps, 'close'>): void {
    Widget.attach(
      new PublishDialog(document.createElement('dialog'), props),
      document.body
    );
  }

  private constructor(
    private readonly dialog: HTMLDialogElement,
    private readonly props: Omit<PublishProps, 'close'>
  ) {
    super({ node: dialog });
    this.addClass('jp-Hub');
    this.addClass('jp-HubPublish');
    dialog.setAttribute('aria-labelledby', 'jp-hub-publish-title');
    const layout = new PanelLayout();
    const close = () => dialog.close();
    layout.addWidget(
      ReactWidget.create(<PublishForm {...props} close={close} />)
    );
    this.layout = layout;
    dialog.addEventListener('close', () => this.dispose(), { once: true });
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.props.model.dispose();
      super.dispose();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.dialog.showModal();
  }
}
