import type { RepoKind } from './api/wire';

const KINDS: RepoKind[] = ['model', 'dataset', 'space'];

/** Everything that the Hub can be asked to do. */
export const Commands = {
  search: 'hubcollab:search',
  showModels: 'hubcollab:show-models',
  showRuns: 'hubcollab:show-runs',
  openModel: 'hubcollab:open-model',
  openRepo: 'hubcollab:open-repo',
  openDiff: 'hubcollab:open-diff',
  editCard: 'hubcollab:edit-card',
  openDiffFromUrl: 'hubcollab:open-diff-from-url',
  createRepo: 'hubcollab:create-repo',
  showTokens: 'hubcollab:show-tokens',
  openAccount: 'hubcollab:open-account',
  openOther: 'hubcollab:open-other',
  allowDevice: 'hubcollab:allow-device',
  openModelFromUrl: 'hubcollab:open-model-from-url',
  openRun: 'hubcollab:open-run',
  compareRuns: 'hubcollab:compare-runs',
  compareModels: 'hubcollab:compare-models',
  compareFromUrl: 'hubcollab:compare-models-from-url',
  fitNotebook: 'hubcollab:fit-notebook',
  likeCell: 'hubcollab:like-cell',
  stopRun: 'hubcollab:stop-run',
  openAsItWas: 'hubcollab:open-as-it-was',
  openMlflow: 'hubcollab:open-mlflow',
  openNotebook: 'hubcollab:open-notebook',
  insertCode: 'hubcollab:insert-code',
  loadModel: 'hubcollab:load-model',
  comment: 'hubcollab:comment',
  openComment: 'hubcollab:open-comment',
  showTogether: 'hubcollab:show-together',
  notebookRoles: 'hubcollab:notebook-roles',
  notebookHistory: 'hubcollab:notebook-history',
  publishRun: 'hubcollab:publish-run'
} as const;

/** The JSON schema of arguments that are all text. */
export function textArgs(
  required: string[],
  optional: string[] = []
): {
  args: {
    type: 'object';
    required: string[];
    properties: Record<string, { type: 'string' }>;
  };
} {
  const properties = Object.fromEntries(
    [...required, ...optional].map(name => [name, { type: 'string' } as const])
  );
  return { args: { type: 'object', required, properties } };
}

/** The text argument *name*, or null. */
export function textArg(
  args: { [name: string]: unknown },
  name: string
): string | null {
  const value = args[name];
  return typeof value === 'string' && value ? value : null;
}

/** The kind of repo that the argument *kind* names, or null. */
export function kindArg(args: { [name: string]: unknown }): RepoKind | null {
  return KINDS.find(one => one === args.kind) ?? null;
}
