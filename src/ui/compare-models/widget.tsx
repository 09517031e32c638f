import { HubPageWidget } from '../page-widget';
import type { CompareModelsProps } from './page';
import { CompareModelsPage } from './page';

/** The comparison of repos as a widget. */
export class CompareModelsWidget extends HubPageWidget<
  CompareModelsProps['model']
> {
  constructor(props: CompareModelsProps) {
    super(
      props.model,
      () => <CompareModelsPage {...props} />,
      props.trans.__('Compare'),
      props.model.ids.join(', ')
    );
  }
}
