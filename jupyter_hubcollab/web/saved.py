"""``hubcollab/api/search/saved``: the searches that the asker keeps, and what is new in them."""

from __future__ import annotations

from ..handler import HubHandler, in_thread
from ..wire import NewSavedSearch


class SavedSearchesHandler(HubHandler):
    """All of them."""

    async def get(self) -> None:
        """The newest first, each with what matches since its owner looked."""
        self.reply(await in_thread(self.services.saved.kept, self.actor))

    async def post(self) -> None:
        """Keep one."""
        self.reply(await in_thread(self.services.saved.save, self.actor, self.body(NewSavedSearch)), 201)


class SavedSearchHandler(HubHandler):
    """One of them."""

    async def delete(self, id: str) -> None:
        """Keep it no longer."""
        await in_thread(self.services.saved.delete, self.actor, id)
        self.set_status(204)
        self.finish()


class SeenHandler(HubHandler):
    """That its owner has looked."""

    async def post(self, id: str) -> None:
        """Nothing is new any more."""
        await in_thread(self.services.saved.seen, self.actor, id)
        self.set_status(204)
        self.finish()


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/search/saved", SavedSearchesHandler),
    (r"/hubcollab/api/search/saved/([^/]+)", SavedSearchHandler),
    (r"/hubcollab/api/search/saved/([^/]+)/seen", SeenHandler),
]
