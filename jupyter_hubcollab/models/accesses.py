"""Access as the panel shows it: of a repo, of organizations, of storage, of tokens.

Built as ``Accesses(hub)``; it words what the services of `hub` decide, and decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from .. import wire
from ..access import Actor, covers, require, role

if TYPE_CHECKING:
    from ..hub.collaborators import Collaborator
    from ..hub.gates import AccessRequest, Status
    from ..hub.hub import Hub
    from ..hub.listing import Gate
    from ..hub.organisations import Member, Organisation
    from ..hub.repos import Repo
    from ..hub.tokens import Token
    from ..names import RepoId

_GATES: dict[wire.Gating, Gate] = {"off": "", "auto": "auto", "manual": "manual"}


class Accesses:
    """Shows and changes who may do what."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def of_repo(self, actor: Actor, id: RepoId) -> wire.RepoAccess:
        """Who may do what with a repo."""
        repo = self._hub.repos.get(actor, id)
        may = role(actor, repo) or "read"
        mine = self._hub.gates.mine(actor, repo) if repo.gated else None
        return wire.RepoAccess(
            kind=repo.id.kind,
            id=str(repo.id),
            owner=repo.owner,
            visibility="private" if repo.private else "public",
            gated=repo.gated or "off",
            may=may,
            everyone=_everyone(repo),
            is_organization=repo.space.is_organisation,
            may_read_files=self._hub.gates.is_open(actor, repo),
            request=None if mine is None else request_shown(mine),
            pending=self._hub.gates.pending(repo) if covers(may, "write") else 0,
            protected=[
                wire.ProtectedRef(kind=rule.kind, pattern=rule.pattern, writers=rule.writers)
                for rule in self._hub.protection.list(actor, repo.id)
            ],
        )

    def change_repo(self, actor: Actor, id: RepoId, change: wire.RepoAccessChange) -> wire.RepoAccess:
        """Change visibility and gate."""
        require(actor, "admin", self._hub.repos.get(actor, id))
        if change.visibility is not None:
            self._hub.repos.set_private(actor, id, change.visibility == "private")
        if change.gated is not None:
            self._hub.repos.set_gated(actor, id, _GATES[change.gated])
        return self.of_repo(actor, id)

    def requests(self, actor: Actor, id: RepoId, status: Status | None) -> wire.AccessRequestList:
        """The requests for a gated repo."""
        found = self._hub.gates.list(actor, id, status)
        return wire.AccessRequestList(requests=[request_shown(one) for one in found])

    def decide(self, actor: Actor, id: RepoId, user: str, decided: wire.AccessDecided) -> wire.AccessRequest:
        """Decide a request; who is accepted need not have asked."""
        gates = self._hub.gates
        if decided.status == "accepted":
            return request_shown(gates.grant(actor, id, user))
        return request_shown(gates.decide(actor, id, user, decided.status, decided.reason))

    def organizations(self, actor: Actor, *, mine: bool) -> wire.OrganizationList:
        """The organizations that *actor* may know of; *mine*: those that they are in."""
        found = self._hub.organisations.list(actor)
        joined = self._hub.namespaces.mine(actor)
        shown = [organization_shown(one) for one in found if not mine or one.name in joined]
        return wire.OrganizationList(organizations=shown)

    def change_organization(self, actor: Actor, name: str, change: wire.OrganizationChange) -> wire.Organization:
        """Change title, openness or quota."""
        if change.title is not None or change.everyone is not None:
            self._hub.organisations.change(actor, name, title=change.title, everyone=change.everyone)
        if change.quota_bytes is not None:
            self._hub.quotas.set(actor, name, change.quota_bytes)
        return organization_shown(self._hub.organisations.get(actor, name))

    def members(self, actor: Actor, name: str) -> wire.MemberList:
        """Who is in an organization."""
        return wire.MemberList(members=[member_shown(one) for one in self._hub.organisations.members(actor, name)])

    def storage(self, actor: Actor, namespace: str | None) -> wire.NamespaceStorage:
        """What a namespace holds; None: the actor's own."""
        use = self._hub.quotas.use(actor, namespace or self._hub.namespaces.own(actor))
        shares = [wire.RepoShare(kind=one.id.kind, id=str(one.id), size_bytes=one.size_bytes) for one in use.shares]
        return wire.NamespaceStorage(
            namespace=use.namespace, used_bytes=use.used_bytes, quota_bytes=use.quota_bytes, repos=shares
        )


def _everyone(repo: Repo) -> wire.Permission | None:
    if repo.private:
        return None
    return "read" if repo.gated else repo.space.everyone


def request_shown(one: AccessRequest) -> wire.AccessRequest:
    """A request for the files of a gated repo."""
    return wire.AccessRequest(
        user=one.user,
        display_name=one.display_name,
        status=one.status,
        message=one.message,
        reason=one.reason,
        decided_by=one.decided_by,
        at=one.at,
    )


def organization_shown(one: Organisation) -> wire.Organization:
    """An organization."""
    return wire.Organization(
        name=one.name,
        title=one.title,
        everyone=cast('Literal["read", "write"]', one.everyone),
        may=one.may,
        may_manage=one.may_manage,
        members=one.members,
        repos=sum(one.repos.values()),
        created_at=one.created_at,
    )


def member_shown(one: Member | Collaborator) -> wire.Member:
    """Somebody with a role."""
    return wire.Member(user=one.user, role=one.role, since=one.since)


def token_shown(one: Token) -> wire.HubToken:
    """A token, without what it is."""
    return wire.HubToken(
        id=one.id,
        name=one.name,
        scope=one.scope,
        created_at=one.created_at,
        expires_at=one.expires_at,
        last_used_at=one.last_used_at,
    )
