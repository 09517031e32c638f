"""Calls that we do not serve: said in the protocol's own words, never with a page for people."""

from __future__ import annotations

from ...errors import EntryNotFound, NotSupported
from ...handler import HubHandler
from .base import ROOT, HFHandler


class UnknownHandler(HFHandler):
    """Everything that no other route takes."""

    async def get(self) -> None:
        """Not served."""
        path = self.request.path
        if "/hf/api/" in path:
            raise NotSupported(f"this hub does not serve {self.request.method} {path.partition('/hf')[2]}")
        raise EntryNotFound(f"there is nothing at {path}")

    head = post = put = patch = delete = get


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{ROOT}/?", UnknownHandler),
    (rf"{ROOT}/(?:.*)", UnknownHandler),
]
