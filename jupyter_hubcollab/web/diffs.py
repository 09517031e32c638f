"""``hubcollab/api/diffs``: what differs between two versions, branches, models or runs."""

from __future__ import annotations

from ..errors import BadQuery
from ..handler import HubHandler, in_thread
from ..wire import DiffAsked


class DiffsHandler(HubHandler):
    """Differences between two sides, named as ``team/digits@v1`` or ``run:ID``."""

    async def get(self) -> None:
        """All that differs; of large weights only what their headers say, until they were measured."""
        before, after = (self.get_query_argument(name, "") for name in ("before", "after"))
        if not before or not after:
            raise BadQuery("name both sides, as in before=team/digits@v1&after=team/digits@v2")
        self.reply(await in_thread(self.services.diffs.between, self.actor, before, after))

    async def post(self) -> None:
        """Measure how far the tensors of both sides lie apart, as a job."""
        asked = self.body(DiffAsked)
        self.reply(await in_thread(self.services.diffs.measure, self.actor, asked), 202)


ROUTES: list[tuple[str, type[HubHandler]]] = [(r"/hubcollab/api/diffs", DiffsHandler)]
