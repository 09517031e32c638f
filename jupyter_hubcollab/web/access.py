"""``hubcollab/api/repos/…/access``: who may do what with a repo, its collaborators, requests, protected refs, name."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from ..errors import BadQuery
from ..handler import HubHandler, in_thread
from ..names import repo_id
from ..wire import (
    AccessAsked,
    AccessDecided,
    MemberList,
    MemberRole,
    RefProtection,
    RepoAccessChange,
    RepoMove,
    RequestStatus,
)
from .repos import REPO, named

if TYPE_CHECKING:
    from ..hub.gates import Status

_ACCESS = REPO + "/access"


class RepoAccessHandler(HubHandler):
    """The settings of a repo."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """All of them that the asker may see."""
        self.reply(await in_thread(self.services.accesses.of_repo, self.actor, named(kinds, namespace, name)))

    async def patch(self, kinds: str, namespace: str, name: str) -> None:
        """Change visibility and gate."""
        change = self.body(RepoAccessChange)
        repo = named(kinds, namespace, name)
        self.reply(await in_thread(self.services.accesses.change_repo, self.actor, repo, change))


class MoveHandler(HubHandler):
    """The name of a repo."""

    async def post(self, kinds: str, namespace: str, name: str) -> None:
        """Give it another one; the old one leads to it."""
        repo = named(kinds, namespace, name)
        to = repo_id(self.body(RepoMove).to, repo.kind)
        moved = await in_thread(self.services.repos.rename, self.actor, repo, to)
        self.reply(await in_thread(self.services.accesses.of_repo, self.actor, moved.id))


class RequestsHandler(HubHandler):
    """Who asked for the files of a gated repo; the asker's own request."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """All of them, or those of one status."""
        status = _status(self.get_query_argument("status", ""))
        repo = named(kinds, namespace, name)
        self.reply(await in_thread(self.services.accesses.requests, self.actor, repo, status))

    async def post(self, kinds: str, namespace: str, name: str) -> None:
        """Ask."""
        from ..models.accesses import request_shown

        message = self.body(AccessAsked).message
        asked = await in_thread(self.services.gates.ask, self.actor, named(kinds, namespace, name), message)
        self.reply(request_shown(asked), 201)

    async def delete(self, kinds: str, namespace: str, name: str) -> None:
        """Ask no more."""
        await in_thread(self.services.gates.take_back, self.actor, named(kinds, namespace, name))
        self.set_status(204)
        self.finish()


class RequestHandler(HubHandler):
    """What comes of somebody's request."""

    async def put(self, kinds: str, namespace: str, name: str, user: str) -> None:
        """Accept, reject, or let wait."""
        decided = self.body(AccessDecided)
        repo = named(kinds, namespace, name)
        self.reply(await in_thread(self.services.accesses.decide, self.actor, repo, user, decided))

    async def delete(self, kinds: str, namespace: str, name: str, user: str) -> None:
        """Forget it, and what was granted."""
        await in_thread(self.services.gates.forget, self.actor, named(kinds, namespace, name), user)
        self.set_status(204)
        self.finish()


class CollaboratorsHandler(HubHandler):
    """People with a role in this repo alone."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """All of them."""
        from ..models.accesses import member_shown

        found = await in_thread(self.services.collaborators.list, self.actor, named(kinds, namespace, name))
        self.reply(MemberList(members=[member_shown(one) for one in found]))


class CollaboratorHandler(HubHandler):
    """One of them."""

    async def put(self, kinds: str, namespace: str, name: str, user: str) -> None:
        """Let somebody in, or give them another role."""
        from ..models.accesses import member_shown

        repo, role = named(kinds, namespace, name), self.body(MemberRole).role
        self.reply(member_shown(await in_thread(self.services.collaborators.put, self.actor, repo, user, role)))

    async def delete(self, kinds: str, namespace: str, name: str, user: str) -> None:
        """Take their role away, or give up one's own."""
        await in_thread(self.services.collaborators.drop, self.actor, named(kinds, namespace, name), user)
        self.set_status(204)
        self.finish()


class ProtectedHandler(HubHandler):
    """Protected branches and tags."""

    async def put(self, kinds: str, namespace: str, name: str) -> None:
        """Protect some, or change how."""
        from ..hub.protection import Rule

        asked = self.body(RefProtection)
        repo, rule = named(kinds, namespace, name), Rule(asked.kind, asked.pattern, asked.writers)
        await in_thread(self.services.protection.protect, self.actor, repo, rule)
        self.reply(await in_thread(self.services.accesses.of_repo, self.actor, repo))


class ProtectedRefHandler(HubHandler):
    """One rule."""

    async def delete(self, *address: str) -> None:
        """Remove it."""
        kinds, namespace, name, what, pattern = address
        repo = named(kinds, namespace, name)
        await in_thread(self.services.protection.unprotect, self.actor, repo, what, pattern)
        self.reply(await in_thread(self.services.accesses.of_repo, self.actor, repo))


def _status(text: str) -> Status | None:
    if text not in ("", *get_args(RequestStatus)):
        raise BadQuery("status is pending, accepted or rejected")
    return text or None  # type: ignore[return-value]


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (_ACCESS, RepoAccessHandler),
    (_ACCESS + "/move", MoveHandler),
    (_ACCESS + "/requests", RequestsHandler),
    (_ACCESS + "/requests/([^/]+)", RequestHandler),
    (_ACCESS + "/collaborators", CollaboratorsHandler),
    (_ACCESS + "/collaborators/([^/]+)", CollaboratorHandler),
    (_ACCESS + "/protected", ProtectedHandler),
    (_ACCESS + "/protected/(branch|tag)/(.+)", ProtectedRefHandler),
]
