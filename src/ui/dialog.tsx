import { ReactWidget } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import type { ReactElement } from 'react';
import { Modal } from './modal';

/** A modal that belongs to no page; *content* gets what closes it. */
export class DialogWidget extends ReactWidget {
  static open(
    title: string,
    content: (close: () => void) => ReactElement,
    closed: () => void
  ): void {
    Widget.attach(new DialogWidget(title, content, closed), document.body);
  }

  private constructor(
    title: string,
    private readonly content: (close: () => void) => ReactElement,
    private readonly closed: () => void
  ) {
    super();
    this.title.label = title;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      super.dispose();
      this.closed();
    }
  }

  protected render(): ReactElement {
    const close = () => this.dispose();
    return (
      <Modal title={this.title.label} close={close}>
        {this.content(close)}
      </Modal>
    );
  }
}
