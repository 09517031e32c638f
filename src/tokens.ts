import type { TranslationBundle } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';
import type { Server } from './api/request';
import type { Connection } from './model/connection';
import type { WorkspaceModel } from './model/workspace';
import type { Actions } from './ui/actions';

/** The hub as seen from JupyterLab. */
export interface IHub {
  readonly server: Server;
  /** Live events; other extensions may listen, too. */
  readonly connection: Connection;
  /** What people do together: pins, short list, comments, and who is here. */
  readonly workspace: WorkspaceModel;
  readonly actions: Actions;
  readonly trans: TranslationBundle;
}

export const IHub = new Token<IHub>(
  'jupyter-hubcollab:IHub',
  'The model hub: its server, its live events, and what can be opened.'
);
