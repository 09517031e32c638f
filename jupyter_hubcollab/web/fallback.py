"""Addresses below ``hubcollab/`` that no other route takes: told in JSON as all else, not with a page for people."""

from __future__ import annotations

from ..errors import NotFound
from ..handler import HubHandler


class UnknownHandler(HubHandler):
    """Nothing is here."""

    def _refuse(self) -> None:
        raise NotFound(f"there is nothing at {self.request.path}; hubcollab/api/openapi.json has the routes")

    async def get(self) -> None:
        """Not here."""
        self._refuse()

    async def head(self) -> None:
        """Not here."""
        self._refuse()

    async def post(self) -> None:
        """Not here."""
        self._refuse()

    async def put(self) -> None:
        """Not here."""
        self._refuse()

    async def patch(self) -> None:
        """Not here."""
        self._refuse()

    async def delete(self) -> None:
        """Not here."""
        self._refuse()


ROUTES: list[tuple[str, type[HubHandler]]] = [(r"/hubcollab/(?:.*)", UnknownHandler)]
