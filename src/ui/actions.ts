import type { ModelSummary, Run } from '../api/wire';

/** What a component may ask of JupyterLab; plugins/ carries it out. */
export interface Actions {
  openModel: (id: string, revision?: string) => void;
  openRun: (id: string) => void;
  openNotebook: (path: string, cell: string | null) => void;
  /** Insert *code* below the active cell and focus it. */
  insert: (code: string) => void;
  copy: (text: string) => void;
  loadModel: (model: ModelSummary) => void;
  publish: (run: Run) => void;
  /** The address of *path* below the server's base URL. */
  link: (path: string) => string;
}
