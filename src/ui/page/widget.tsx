import { HubPageWidget } from '../page-widget';
import type { PageProps } from './page';
import { Page } from './page';

/** The page of one repo as a widget. */
export class PageWidget extends HubPageWidget<PageProps['model']> {
  constructor(props: PageProps) {
    super(props.model, () => <Page {...props} />, props.model.id);
  }
}
