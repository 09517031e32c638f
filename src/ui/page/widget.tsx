import type { Page as Front } from '../../model/people';
import { HubPageWidget } from '../page-widget';
import type { PageProps } from './page';
import { Page } from './page';

/** The page of one repo as a widget. */
export class PageWidget extends HubPageWidget<PageProps['model']> {
  constructor(props: PageProps) {
    super(props.model, () => <Page {...props} />, props.model.id);
    props.model.store.changed.connect(this.turn, this);
  }

  /** The name of a private repo is nobody else's business. */
  override get page(): Front {
    const { store, repo } = this.model;
    const { state } = store;
    const isOpen =
      state.is === 'shown' && state.page.repo.visibility === 'public';
    return { is: repo.kind, id: isOpen ? repo.id : null };
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.store.changed.disconnect(this.turn, this);
      super.dispose();
    }
  }

  private turn(): void {
    this.turned.emit();
  }
}
