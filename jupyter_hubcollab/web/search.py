"""``hubcollab/api/search``: models for a sentence."""

from __future__ import annotations

from ..errors import BadQuery
from ..handler import HubHandler, in_thread


class SearchHandler(HubHandler):
    """Search over the hub's models and the catalogue."""

    async def get(self) -> None:
        """The best models for ``q``, or those most ``like`` a model.

        ``source`` narrows it to one hub, ``without`` leaves understood conditions out.
        """
        limit = self.get_query_argument("limit", "10")
        if not limit.isascii() or not limit.isdecimal() or len(limit) > 6:
            raise BadQuery("limit takes a whole number, as in limit=10")
        source = self.get_query_argument("source", None) or None
        if like := self.get_query_argument("like", ""):
            self.reply(await in_thread(self.services.search.like, self.actor, like, limit=int(limit), source=source))
            return
        found = await in_thread(
            self.services.search.search,
            self.actor,
            self.get_query_argument("q", "", strip=False),
            limit=int(limit),
            source=source,
            without=self.get_query_arguments("without"),
        )
        self.reply(found)


ROUTES: list[tuple[str, type[HubHandler]]] = [(r"/hubcollab/api/search", SearchHandler)]
