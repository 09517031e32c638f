"""Gated repos: ``list_pending_access_requests`` and what belongs to it; the form by which somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import BadRequestBody
from ...handler import HubHandler
from ..threads import in_thread
from .base import API_REPO, WEB_REPO, HFHandler
from .shapes import Json, time_text

if TYPE_CHECKING:
    from ...hub.gates import AccessRequest, Status

_STATUSES: dict[object, Status] = {"pending": "pending", "accepted": "accepted", "rejected": "rejected"}


class RequestsHandler(HFHandler):
    """Who asked."""

    async def get(self, kind: str, namespace: str, name: str, status: str) -> None:
        """Those of one status, the last first."""
        repo = self.repo(kind, namespace, name)
        found = await in_thread(self.services.gates.list, self.actor, repo, _STATUSES[status])
        self.reply([self._shape(one) for one in found])

    def _shape(self, one: AccessRequest) -> Json:
        shown = self.services.namespaces.name_of(one.user)
        return {
            "requestId": one.user,
            "user": {"user": shown, "fullname": one.display_name, "email": None, "type": "user", "avatarUrl": ""},
            "status": one.status,
            "timestamp": time_text(one.at),
            "fields": {"message": one.message} if one.message else None,
        }


class HandleHandler(HFHandler):
    """``accept_access_request``, ``reject_access_request``, ``cancel_access_request``."""

    async def post(self, kind: str, namespace: str, name: str) -> None:
        """Decide, or set back."""
        fields = self.fields()
        status = _STATUSES.get(fields.get("status"))
        if status is None:
            raise BadRequestBody("status is pending, accepted or rejected")
        await in_thread(self._decide, (kind, namespace, name), fields, status)
        self.reply({})

    def _decide(self, address: tuple[str, str, str], fields: dict[str, Any], status: Status) -> None:
        user = str(fields.get("requestId") or self.services.namespaces.person(str(fields.get("user") or "")))
        reason = str(fields.get("rejectionReason") or "")
        self.services.gates.decide(self.actor, self.repo(*address), user, status, reason)


class GrantHandler(HFHandler):
    """``grant_access``."""

    async def post(self, kind: str, namespace: str, name: str) -> None:
        """Give the files to somebody who has not asked."""
        user = self.services.namespaces.person(str(self.fields().get("user") or ""))
        await in_thread(self.services.gates.grant, self.actor, self.repo(kind, namespace, name), user)
        self.reply({})


class AskHandler(HFHandler):
    """The button on the page of a gated repo."""

    async def post(self, prefix: str | None, namespace: str, name: str) -> None:
        """Ask; a gate that is automatic opens at once."""
        repo = self.repo(prefix, namespace, name)
        asked = await in_thread(self.services.gates.ask, self.actor, repo, self._message())
        self.reply({"status": asked.status})

    def _message(self) -> str:
        if not self.request.body:
            return ""
        return str(self.get_body_argument("message", ""))


class CancelHandler(HFHandler):
    """Taking an own request back."""

    async def post(self, kind: str, namespace: str, name: str) -> None:
        """Ask no more."""
        await in_thread(self.services.gates.take_back, self.actor, self.repo(kind, namespace, name))
        self.reply({})


_REQUESTS = rf"{API_REPO}/user-access-request"

ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{_REQUESTS}/(?P<status>pending|accepted|rejected)", RequestsHandler),
    (rf"{_REQUESTS}/handle", HandleHandler),
    (rf"{_REQUESTS}/grant", GrantHandler),
    (rf"{_REQUESTS}/cancel", CancelHandler),
    (rf"{WEB_REPO}/ask-access", AskHandler),
]
