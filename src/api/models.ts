import type { Server } from './request';
import { ask, path } from './request';
import type { ModelList, ModelPage } from './wire';

export interface ListedModels {
  mine: boolean;
  limit: number;
  offset: number;
}

/** A page of the models that one may see, newest first. */
export function models(
  server: Server,
  { mine, limit, offset }: ListedModels
): Promise<ModelList> {
  const query = { mine: mine || null, limit, offset };
  return ask(server, 'models', { query });
}

/** All that the page of model *id* opens with, at *revision* or at its newest version. */
export function modelPage(
  server: Server,
  id: string,
  revision: string | null
): Promise<ModelPage> {
  return ask(server, `models/${path(id)}`, { query: { revision } });
}
