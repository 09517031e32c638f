"""``hubcollab/api/search``: repos for a sentence, for a text, for a notebook; the same asked of other hubs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
from tornado.iostream import StreamClosedError

from ..errors import BadQuery
from ..handler import HubHandler, in_thread
from ..wire import TextAsked

if TYPE_CHECKING:
    from ..catalogue.documents import Document
    from ..catalogue.search import Where


class SearchHandler(HubHandler):
    """Search over the hub's repos and the catalogue."""

    async def get(self) -> None:
        """The best repos of ``kind`` for ``q``, or those most ``like`` one.

        ``source`` narrows it to one hub, ``without`` leaves understood conditions out.
        """
        like, search = self.get_query_argument("like", ""), self.services.search
        if like:
            found = await in_thread(search.like, self.actor, like, self.where(), query=self.text(), limit=self.limit())
        else:
            where = self.where()
            found = await in_thread(
                search.search,
                self.actor,
                self.text(),
                limit=self.limit(),
                kind=where.kind,
                source=where.source,
                without=where.without,
            )
        self.reply(await in_thread(self.services.models.deprecations.marked_hits, found))

    def text(self) -> str:
        """The sentence."""
        return self.get_query_argument("q", "", strip=False)

    def where(self) -> Where:
        """Among what to search."""
        from ..catalogue.search import Where, kind_of

        return Where(
            kind_of(self.get_query_argument("kind", "model")),
            self.get_query_argument("source", None) or None,
            frozenset(self.get_query_arguments("without")),
        )

    def limit(self, default: int = 10) -> int:
        """How many at most."""
        limit = self.get_query_argument("limit", str(default))
        if not limit.isascii() or not limit.isdecimal() or len(limit) > 6:
            raise BadQuery("limit takes a whole number, as in limit=10")
        return int(limit)


class UpstreamSearchHandler(SearchHandler):
    """Search in other hubs, which may take their time."""

    async def get(self) -> None:
        """What they have for ``q``, one JSON object a line: at once who is asked, then each hub as it answers."""
        from ..catalogue.abroad import Abroad

        abroad = Abroad(self.services.upstream, self.services.search)
        found = abroad.found(self.actor, self.text(), self.where(), limit=min(self.limit(), 50))
        self.set_header("Content-Type", "application/x-ndjson")
        try:
            while (line := await in_thread(next, found, None)) is not None:
                self.write(msgspec.json.encode(line) + b"\n")
                await self.flush()
            self.finish()
        except StreamClosedError:
            self.log.debug("who searched in other hubs went away")


class LikeTextHandler(HubHandler):
    """What is like a text that is no repo's."""

    open_methods = ("POST",)

    async def post(self) -> None:
        """Repos that are like a card, or that fit the cells of a notebook."""
        asked = self.body(TextAsked)
        document = await in_thread(self._document, asked)
        self.reply(
            await in_thread(
                self.services.search.like_document,
                self.actor,
                document,
                self._where(asked),
                query=asked.q,
                limit=asked.limit,
            )
        )

    def _document(self, asked: TextAsked) -> Document:
        from ..catalogue.documents import slug
        from ..catalogue.hand import of_card, of_code
        from ..catalogue.taxonomy import canonical

        document = of_code(asked.text) if asked.form == "code" else of_card(asked.text)
        if asked.task is not None:
            document = replace(document, task=canonical(slug(asked.task)))
        if not document.summary and document.task is None:
            raise BadQuery("there is nothing to go by: the text is empty")
        return document

    def _where(self, asked: TextAsked) -> Where:
        from ..catalogue.search import Where

        return Where(asked.kind, asked.source, frozenset(asked.without))


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/search", SearchHandler),
    (r"/hubcollab/api/search/upstream", UpstreamSearchHandler),
    (r"/hubcollab/api/search/like", LikeTextHandler),
]
