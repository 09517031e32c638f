import type { Server } from './request';
import { ask, path } from './request';
import type {
  DeprecationRequest,
  MetricHistory,
  Rollback,
  RollbackRequest,
  VersionList
} from './wire';

/** What people decide about the versions of a model, and how its numbers went. */
export interface VersionsApi {
  deprecate: (tag: string, asked: DeprecationRequest) => Promise<VersionList>;
  lift: (tag: string) => Promise<VersionList>;
  rollback: (asked: RollbackRequest) => Promise<Rollback>;
  history: () => Promise<MetricHistory>;
}

/** The versions of model *id*. */
export function versionsApi(server: Server, id: string): VersionsApi {
  const route = `repos/models/${path(id)}`;
  const deprecation = (tag: string) =>
    `${route}/versions/${encodeURIComponent(tag)}/deprecation`;
  return {
    deprecate: (tag, body) =>
      ask(server, deprecation(tag), { method: 'PUT', body }),
    lift: tag => ask(server, deprecation(tag), { method: 'DELETE' }),
    rollback: body =>
      ask(server, `${route}/rollbacks`, { method: 'POST', body }),
    history: () => ask(server, `${route}/metrics`)
  };
}
