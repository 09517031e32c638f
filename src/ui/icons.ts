import { LabIcon } from '@jupyterlab/ui-components';
import hubSvg from '../../style/hub.svg';

export const hubIcon = new LabIcon({
  name: 'jupyter-hubcollab:hub',
  svgstr: hubSvg
});
