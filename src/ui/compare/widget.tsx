import type { Page } from '../../model/people';
import { HubPageWidget } from '../page-widget';
import type { ComparePageProps } from './page';
import { ComparePage } from './page';

/** The comparison of runs as a widget. */
export class CompareWidget extends HubPageWidget<ComparePageProps['model']> {
  constructor(props: ComparePageProps) {
    super(
      props.model,
      () => <ComparePage {...props} />,
      props.trans.__('Compare Runs')
    );
  }

  override get page(): Page {
    return { is: 'comparison' };
  }
}
