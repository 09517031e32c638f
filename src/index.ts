import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { account } from './plugins/account';
import { cardEditor } from './plugins/card-editor';
import { compareModels } from './plugins/compare-models';
import { connectionLost } from './plugins/connection-lost';
import { dialogs } from './plugins/dialogs';
import { diffPage } from './plugins/diff-page';
import { execution, resume } from './plugins/execution';
import { history } from './plugins/history';
import { hub } from './plugins/hub';
import { modelPage } from './plugins/model-page';
import { notebook } from './plugins/notebook';
import { outputs } from './plugins/outputs';
import { panel } from './plugins/panel';
import { publish } from './plugins/publish';
import { roles } from './plugins/roles';
import { rooms } from './plugins/rooms';
import { rules } from './plugins/rules';
import { runPage } from './plugins/run-page';
import { together } from './plugins/together';
import { widgets } from './plugins/widgets';

export { IHub } from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  hub,
  connectionLost,
  panel,
  modelPage,
  rules,
  cardEditor,
  compareModels,
  diffPage,
  dialogs,
  account,
  runPage,
  notebook,
  publish,
  together,
  history,
  roles,
  rooms,
  execution,
  resume,
  outputs,
  widgets
];

export default plugins;
