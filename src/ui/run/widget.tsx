import type { Page } from '../../model/people';
import { HubPageWidget } from '../page-widget';
import type { RunPageProps } from './page';
import { RunView } from './page';

/** The page of one run as a widget. */
export class RunWidget extends HubPageWidget<RunPageProps['model']> {
  constructor(props: RunPageProps) {
    super(props.model, () => <RunView {...props} />, props.trans.__('Run'));
    props.model.store.changed.connect(this.entitle, this);
  }

  override get page(): Page {
    return { is: 'run', id: this.model.id };
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.store.changed.disconnect(this.entitle, this);
      super.dispose();
    }
  }

  private entitle(): void {
    const { state } = this.model.store;
    if (state.is === 'shown') {
      this.title.label = state.page.run.name;
    }
  }
}
