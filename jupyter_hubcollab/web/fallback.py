"""Addresses below ``hubcollab/`` that no other route takes: told in JSON as all else, not with a page for people."""

from __future__ import annotations

from ..errors import NotFound
from ..handler import HubHandler


class UnknownHandler(HubHandler):
    """Nothing is here."""

    async def get(self) -> None:
        """Not here."""
        raise NotFound(f"there is nothing at {self.request.path}; hubcollab/api/openapi.json has the routes")

    head = post = put = patch = delete = get


ROUTES: list[tuple[str, type[HubHandler]]] = [(r"/hubcollab/(?:.*)", UnknownHandler)]
