import { HubPageWidget } from '../page-widget';
import type { OtherPageProps } from './page';
import { OtherPage } from './page';

/** The page of a repo of another hub as a widget. */
export class OtherWidget extends HubPageWidget<OtherPageProps['model']> {
  constructor(props: OtherPageProps) {
    super(
      props.model,
      () => <OtherPage {...props} />,
      props.model.id,
      props.trans.__('%1, on another hub', props.model.id)
    );
  }
}
