import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { hubIcon } from '../icons';
import type { DiffProps } from './diff';
import { DiffPage } from './diff';

/** Differences as a widget. */
export class DiffWidget extends ReactWidget {
  constructor(private readonly props: DiffProps) {
    super();
    const { before, after } = props.model.sides;
    this.addClass('jp-Hub');
    this.addClass('jp-HubPage');
    this.title.label = `${lastOf(before)} → ${lastOf(after)}`;
    this.title.caption = `${before} → ${after}`;
    this.title.icon = hubIcon;
  }

  get model(): DiffProps['model'] {
    return this.props.model;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.props.model.dispose();
      super.dispose();
    }
  }

  protected render(): ReactElement {
    return <DiffPage {...this.props} />;
  }
}

/** What is short and tells most of a side: the name and the revision. */
function lastOf(side: string): string {
  const name = side.split('/').pop() ?? side;
  return name.startsWith('run:') ? name.slice(4, 12) : name;
}
