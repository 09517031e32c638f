"""``hubcollab/api/devices``: programs without a browser that wait to be allowed, as ``hf auth login``."""

from __future__ import annotations

from ..errors import AccessDenied
from ..handler import HubHandler, hub_token, in_thread
from ..wire import DeviceDecided


class DevicesHandler(HubHandler):
    """One of them, by the code that it shows."""

    async def post(self) -> None:
        """Let it act for the asker, or not."""
        if hub_token(self.request.headers.get("Authorization", "")) is not None:
            raise AccessDenied("programs are allowed by people: log in to Jupyter")
        asked = self.body(DeviceDecided)
        await in_thread(self.services.devices.decide, self.actor, asked.code, allow=asked.allow)
        self.set_status(204)
        self.finish()


ROUTES: list[tuple[str, type[HubHandler]]] = [(r"/hubcollab/api/devices", DevicesHandler)]
