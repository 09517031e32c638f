import { HubPageWidget } from '../page-widget';
import type { HistoryProps } from './page';
import { HistoryPage } from './page';

/** The history of a notebook as a widget. */
export class HistoryWidget extends HubPageWidget<HistoryProps['model']> {
  constructor(props: HistoryProps) {
    const name = props.model.path.split('/').pop() ?? '';
    super(
      props.model,
      () => <HistoryPage {...props} />,
      props.trans.__('History of %1', name),
      props.trans.__('History of %1', props.model.path)
    );
  }
}
