"""Large outputs of shared notebooks, by the SHA-256 that stands for them in the document."""

from __future__ import annotations

from ..errors import NotFound
from ..handler import HubHandler, in_thread
from .rooms import RoomsHandler


class OutputHandler(RoomsHandler):
    """One output: it never changes, so that a browser asks only once."""

    async def get(self, sha256: str) -> None:
        """Its JSON, as nbformat has it."""
        content = await in_thread(self.rooms.outputs.one, sha256)
        if content is None:
            raise NotFound("this output is not on this server; run the cell again")
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.set_header("ETag", f'"{sha256}"')
        await self.finish(content)


ROUTES: list[tuple[str, type[HubHandler]]] = [(r"/hubcollab/api/outputs/([0-9a-f]{64})", OutputHandler)]
