import { ReactWidget, usersIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { Suspense, lazy } from 'react';
import { Busy } from '../problem';
import type { TogetherProps } from './people';

const Together = lazy(() => import('./panel'));

/** The panel in the right sidebar; what it shows is loaded when it is first seen. */
export class TogetherPanel extends ReactWidget {
  constructor(private readonly props: TogetherProps) {
    super();
    const { trans } = props;
    this.id = 'jupyter-hubcollab-together';
    this.title.icon = usersIcon;
    this.title.caption = trans.__('Together');
    this.addClass('jp-Hub');
    this.addClass('jp-HubPanel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Together'));
  }

  protected render(): ReactElement {
    const { trans } = this.props;
    return (
      <Suspense fallback={<Busy label={trans.__('Loading')} />}>
        <Together {...this.props} />
      </Suspense>
    );
  }
}
