import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import type { ReactElement } from 'react';
import type { Page } from '../model/people';
import { hubIcon } from './icons';

/** A page of the hub in the main area: what is drawn, and the model behind it, which goes with it. */
export class HubPageWidget<
  M extends { dispose: () => void }
> extends ReactWidget {
  constructor(
    readonly model: M,
    private readonly draw: () => ReactElement,
    label: string,
    caption: string = label
  ) {
    super();
    this.addClass('jp-Hub');
    this.addClass('jp-HubPage');
    this.title.label = label;
    this.title.caption = caption;
    this.title.icon = hubIcon;
  }

  /** Another thing is to be told of it. */
  readonly turned = new Signal<this, void>(this);

  /** What others are told is in front of one. */
  get page(): Page {
    return { is: 'elsewhere' };
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
      super.dispose();
    }
  }

  protected render(): ReactElement {
    return this.draw();
  }
}
