"""``hubcollab/api/me``: who is logged in."""

from __future__ import annotations

from ..handler import HubHandler
from ..wire import Me


class MeHandler(HubHandler):
    """The person or program that asks."""

    async def get(self) -> None:
        """Name and display name."""
        self.reply(Me(name=self.actor.name, display_name=self.actor.display_name))


ROUTES: list[tuple[str, type[HubHandler]]] = [(r"/hubcollab/api/me", MeHandler)]
