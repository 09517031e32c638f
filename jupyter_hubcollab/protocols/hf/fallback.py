"""Calls that we do not serve: said in the protocol's own words, never with a page for people."""

from __future__ import annotations

from ...errors import EntryNotFound, NotSupported
from ...handler import HubHandler
from .base import ROOT, HFHandler


class UnknownHandler(HFHandler):
    """Everything that no other route takes."""

    def _refuse(self) -> None:
        path = self.request.path
        if "/hf/api/" in path:
            raise NotSupported(f"this hub does not serve {self.request.method} {path.partition('/hf')[2]}")
        raise EntryNotFound(f"there is nothing at {path}")

    async def get(self) -> None:
        """Not served."""
        self._refuse()

    async def head(self) -> None:
        """Not served."""
        self._refuse()

    async def post(self) -> None:
        """Not served."""
        self._refuse()

    async def put(self) -> None:
        """Not served."""
        self._refuse()

    async def patch(self) -> None:
        """Not served."""
        self._refuse()

    async def delete(self) -> None:
        """Not served."""
        self._refuse()


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{ROOT}/?", UnknownHandler),
    (rf"{ROOT}/(?:.*)", UnknownHandler),
]
