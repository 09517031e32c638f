"""``hubcollab/api/catalogue`` and ``…/compare``: everything that search knows, for programs and side by side."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import msgspec
from tornado.iostream import StreamClosedError

from ..errors import BadQuery
from ..handler import HubHandler, in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..catalogue.table import Wanted
    from ..wire import CatalogueRow

AT_ONCE = 500


class CatalogueHandler(HubHandler):
    """The whole catalogue."""

    async def get(self) -> None:
        """One JSON object a line, the oldest change first: all that meet ``where``, behind the row ``after``."""
        from ..catalogue.table import rows

        ids_only = self.get_query_argument("ids", "") in ("1", "true")
        found = await in_thread(rows, self.services.search, self.actor, self._wanted())
        self.set_header("Content-Type", "application/x-ndjson")
        try:
            while lines := await in_thread(_lines, found, ids_only=ids_only):
                self.write(lines)
                await self.flush()
            self.finish()
        except StreamClosedError:
            self.log.debug("the reader of the catalogue went away")

    def _wanted(self) -> Wanted:
        from ..catalogue.search import kind_of
        from ..catalogue.table import Wanted

        limit, kind = self.get_query_argument("limit", ""), self.get_query_argument("kind", "")
        if limit and (not limit.isascii() or not limit.isdecimal() or len(limit) > 9):
            raise BadQuery("limit takes a whole number, as in limit=1000")
        return Wanted(
            where=self.get_query_argument("where", ""),
            kind=kind_of(kind) if kind else None,
            source=self.get_query_argument("source", "") or None,
            after=self.get_query_argument("after", ""),
            limit=int(limit) if limit else None,
            unknown=self.get_query_argument("unknown", "") in ("1", "true"),
            body=self.get_query_argument("body", "") in ("1", "true"),
        )


def _lines(rows: Iterator[CatalogueRow], *, ids_only: bool) -> bytes:
    encode = msgspec.json.encode
    some = islice(rows, AT_ONCE)
    if ids_only:
        return b"".join(encode({"id": row.id, "kind": row.kind, "source": row.source}) + b"\n" for row in some)
    return b"".join(encode(row) + b"\n" for row in some)


class CompareHandler(HubHandler):
    """Two to five repos side by side."""

    async def get(self) -> None:
        """All that is known of each ``id``, in the order given."""
        from ..catalogue.comparing import compare

        ids = self.get_query_arguments("id")
        kind = self.get_query_argument("kind", "model")
        self.reply(await in_thread(compare, self.services.search, self.actor, ids, kind))


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/catalogue", CatalogueHandler),
    (r"/hubcollab/api/compare", CompareHandler),
]
