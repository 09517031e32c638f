"""``…/activity`` of repos: what happened, newest first."""

from __future__ import annotations

from ..handler import HubHandler, in_thread
from .models import ModelHandler
from .repos import REPO, named

MOST_LISTED = 500


class ActivityHandler(ModelHandler):
    """What happened to a repo."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """A page of it."""
        limit, offset = self.number("limit", 50, MOST_LISTED), self.number("offset", 0, 1 << 30)
        activity = self.services.models.activities.of
        repo = named(kinds, namespace, name)
        self.reply(await in_thread(activity, self.actor, repo, limit=limit, offset=offset))


ROUTES: list[tuple[str, type[HubHandler]]] = [(REPO + "/activity", ActivityHandler)]
