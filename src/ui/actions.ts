import type { RepoName } from '../api/repos';
import type { ModelSummary, RepoKind, Run } from '../api/wire';

/** What a component may ask of JupyterLab; plugins/ carries it out. */
export interface Actions {
  openModel: (id: string, revision?: string) => void;
  /** Open the page of a model, a dataset or a space. */
  openRepo: (repo: RepoName, revision?: string) => void;
  /** Collections, other hubs, webhooks, access tokens. */
  openAccount: () => void;
  /** The page of a repo that is on another hub. */
  openOther: (repo: RepoName) => void;
  /** Write the card of a repo, with everybody who does. */
  editCard: (repo: RepoName) => void;
  createRepo: () => void;
  openRun: (id: string) => void;
  openNotebook: (path: string, cell: string | null) => void;
  /** Who changed what in the notebook at *path*, and the way back. */
  openHistory: (path: string) => void;
  /** Insert *code* below the active cell and focus it. */
  insert: (code: string) => void;
  copy: (text: string) => void;
  loadModel: (model: ModelSummary) => void;
  publish: (run: Run) => void;
  /** Ask, then interrupt the kernel of *run*. */
  stopRun: (run: Run) => void;
  /** Show what differs between two sides: `team/digits@v1`, or `run:ID`. */
  compare: (before: string, after: string) => void;
  /** Begin to comment on a run, a model or one of its versions. */
  comment: (kind: 'run' | 'model', id: string) => void;
  compareRuns: (ids: string[]) => void;
  /** Two to five repos of a kind side by side. */
  compareModels: (kind: RepoKind, ids: string[]) => void;
  /** Find models for the data of the notebook in front. */
  fitNotebook: () => void;
  /** Show the notebook of *run* as it was when the run began. */
  openAsItWas: (run: Run) => void;
  /** The address of *path* below the server's base URL. */
  link: (path: string) => string;
}
