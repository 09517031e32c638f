"""``hubcollab/api/reached/…``: how a request arrived, so that `doctor` sees what a proxy did to it."""

from __future__ import annotations

from ..handler import HubHandler
from ..wire import Reached

MARK = "0" * 40


class ReachedHandler(HubHandler):
    """The request itself."""

    async def get(self, path: str) -> None:  # noqa: ARG002 -- only how it was written counts
        """Its address as it is here, and a header that must reach who asked."""
        self.set_header("X-Repo-Commit", MARK)
        self.reply(Reached(url=self.request.full_url(), mark=MARK))


ROUTES: list[tuple[str, type[HubHandler]]] = [(r"/hubcollab/api/reached/(.+)", ReachedHandler)]
