"""``hubcollab/api/upkeep``: what the operator starts while the hub is in use."""

from __future__ import annotations

from ..handler import HubHandler, in_thread
from ..wire import UpkeepRequest


class UpkeepHandler(HubHandler):
    """fsck, gc, reindex, backup."""

    async def post(self) -> None:
        """Begin one as a job."""
        asked = self.body(UpkeepRequest)
        self.reply(await in_thread(self.services.operations.start, self.actor, asked), 202)


class UpkeepStateHandler(HubHandler):
    """One of them."""

    async def get(self, id: str) -> None:
        """How far it is, and what came of it."""
        self.reply(await in_thread(self.services.operations.state, self.actor, id))


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/upkeep", UpkeepHandler),
    (r"/hubcollab/api/upkeep/([0-9a-f]+)", UpkeepStateHandler),
]
