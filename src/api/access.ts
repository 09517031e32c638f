import type { RepoName } from './repos';
import { routeOf } from './repos';
import type { Server } from './request';
import { ask } from './request';
import type {
  AccessDecided,
  AccessRequest,
  AccessRequestList,
  Member,
  MemberList,
  NamespaceStorage,
  Permission,
  RefProtection,
  RepoAccess,
  RepoAccessChange
} from './wire';

/** Who may do what with a repo. */
export interface AccessApi {
  access: () => Promise<RepoAccess>;
  change: (change: RepoAccessChange) => Promise<RepoAccess>;
  move: (to: string) => Promise<RepoAccess>;
  requests: () => Promise<AccessRequestList>;
  /** Ask for the files of a gated repo. */
  request: (message: string) => Promise<AccessRequest>;
  decide: (user: string, decided: AccessDecided) => Promise<AccessRequest>;
  protect: (protection: RefProtection) => Promise<RepoAccess>;
  unprotect: (
    kind: RefProtection['kind'],
    pattern: string
  ) => Promise<RepoAccess>;
  members: (organization: string) => Promise<MemberList>;
  setRole: (
    organization: string,
    user: string,
    role: Permission
  ) => Promise<Member>;
  removeMember: (organization: string, user: string) => Promise<void>;
  /** People with a role in this repo alone. */
  collaborators: () => Promise<MemberList>;
  setCollaborator: (user: string, role: Permission) => Promise<Member>;
  removeCollaborator: (user: string) => Promise<void>;
  namespaceStorage: (namespace: string) => Promise<NamespaceStorage>;
}

/** The access settings of *repo* on *server*. */
export function accessApi(server: Server, repo: RepoName): AccessApi {
  const route = `${routeOf(repo)}/access`;
  const member = (organization: string, user: string) =>
    `${organizationRoute(organization)}/members/${encodeURIComponent(user)}`;
  const collaborator = (user: string) =>
    `${route}/collaborators/${encodeURIComponent(user)}`;
  return {
    access: () => ask(server, route),
    change: body => ask(server, route, { method: 'PATCH', body }),
    move: to => ask(server, `${route}/move`, { method: 'POST', body: { to } }),
    requests: () => ask(server, `${route}/requests`),
    request: message =>
      ask(server, `${route}/requests`, { method: 'POST', body: { message } }),
    decide: (user, body) =>
      ask(server, `${route}/requests/${encodeURIComponent(user)}`, {
        method: 'PUT',
        body
      }),
    protect: body => ask(server, `${route}/protected`, { method: 'PUT', body }),
    unprotect: (kind, pattern) =>
      ask(server, `${route}/protected/${kind}/${encodeURIComponent(pattern)}`, {
        method: 'DELETE'
      }),
    members: organization =>
      ask(server, `${organizationRoute(organization)}/members`),
    setRole: (organization, user, role) =>
      ask(server, member(organization, user), {
        method: 'PUT',
        body: { role }
      }),
    removeMember: (organization, user) =>
      ask(server, member(organization, user), { method: 'DELETE' }),
    collaborators: () => ask(server, `${route}/collaborators`),
    setCollaborator: (user, role) =>
      ask(server, collaborator(user), { method: 'PUT', body: { role } }),
    removeCollaborator: user =>
      ask(server, collaborator(user), { method: 'DELETE' }),
    namespaceStorage: namespace =>
      ask(server, 'storage', { query: { namespace } })
  };
}

function organizationRoute(name: string): string {
  return `organizations/${encodeURIComponent(name)}`;
}
