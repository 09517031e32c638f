"""``…/usage`` and ``…/lineage`` of repos: who uses one, where it comes from, what became of it."""

from __future__ import annotations

from ..handler import HubHandler, in_thread
from ..wire import UseGiven
from .models import ModelHandler
from .repos import REPO, named


class UsageHandler(ModelHandler):
    """Who uses a repo."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """Downloads and loads by week of the last half year, and the notebooks in which it was loaded."""
        usage = self.services.models.usage
        self.reply(await in_thread(usage.of, self.actor, named(kinds, namespace, name)))

    async def post(self, kinds: str, namespace: str, name: str) -> None:
        """Note that it was loaded in a cell."""
        repo, given = named(kinds, namespace, name), self.body(UseGiven)
        await in_thread(self.services.models.usage.loaded, self.actor, repo, given)
        self.set_status(204)
        self.finish()


class LineageHandler(ModelHandler):
    """Where a repo comes from."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """What it was made of and what was made of it, five steps far."""
        lineages = self.services.models.lineages
        self.reply(await in_thread(lineages.of, self.actor, named(kinds, namespace, name)))


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (REPO + r"/usage", UsageHandler),
    (REPO + r"/lineage", LineageHandler),
]
