import { HubPageWidget } from '../page-widget';
import type { AccountProps } from './page';
import { Account } from './page';

/** One's own things on the hub as a widget. */
export class AccountWidget extends HubPageWidget<AccountProps['model']> {
  constructor(props: AccountProps) {
    super(
      props.model,
      () => <Account {...props} />,
      props.trans.__('Your Hub')
    );
  }
}
