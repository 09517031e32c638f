"""``…/metadata.jsonld`` of every repo, and ``hubcollab/api/catalogue.jsonld``: linked data for other programs."""

from __future__ import annotations

from tornado.iostream import StreamClosedError

from ..handler import HubHandler, in_thread
from .catalogue import CatalogueHandler
from .models import LINKED_DATA, ModelHandler
from .repos import REPO, named


class LinkedHandler(ModelHandler):
    """One repo as linked data."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """What a revision is: FAIR4ML for models, Croissant for datasets."""
        await self.reply_linked(named(kinds, namespace, name))


class GraphHandler(CatalogueHandler):
    """The catalogue as linked data."""

    async def get(self) -> None:
        """One document with all that meet ``where``, written as it is read."""
        from ..catalogue.linked import graph
        from ..catalogue.table import rows

        found = await in_thread(rows, self.services.search, self.actor, self._wanted())
        pieces = graph(found, self.address())
        self.set_header("Content-Type", LINKED_DATA)
        try:
            while piece := await in_thread(next, pieces, b""):
                self.write(piece)
                await self.flush()
            self.finish()
        except StreamClosedError:
            self.log.debug("the reader of the catalogue went away")


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (REPO + r"/metadata\.jsonld", LinkedHandler),
    (r"/hubcollab/api/catalogue\.jsonld", GraphHandler),
]
