"""Calls that we do not serve: said in the protocol's own words, never with a page for people."""

from __future__ import annotations

import re

from ...errors import EntryNotFound, NotSupported, RepoNotFound
from ...handler import HubHandler
from .base import ROOT, HFHandler

_CANONICAL = re.compile(r".*/api/(?:models|datasets|spaces)/([^/]+)(?:/(?:revision|tree|refs|commits|paths-info)/.*)?")
_CANONICAL_FILE = re.compile(r".*/hf/(?:datasets/|spaces/)?([^/]+)/(?:resolve|raw)/.*")


class UnknownHandler(HFHandler):
    """Everything that no other route takes."""

    def _refuse(self) -> None:
        path = self.request.path
        found = _CANONICAL.fullmatch(path) or _CANONICAL_FILE.fullmatch(path)
        if found is not None:
            raise RepoNotFound(f"there is no repo '{found[1]}' on this hub; repos here are called namespace/name")
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
