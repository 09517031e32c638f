"""Carries requests from Jupyter's event loop to MLflow over kept connections.

Built by ``Link(tracking)``; ``await close()`` when Jupyter stops. Used by ``web/mlflow.py``, which says who may send.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlsplit

from ..errors import TrackingUnavailable
from .http1 import Answer, Server
from .tracking import Address, TrackingServer

TRIES = 10
PAUSE_S = 0.3


class Link:
    """An HTTP client of the one MLflow server."""

    def __init__(self, tracking: TrackingServer) -> None:
        self._tracking = tracking
        self._server: tuple[str, Server] | None = None

    async def send(
        self,
        method: str,
        path: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        content: bytes | AsyncIterator[bytes] = b"",
    ) -> Answer:
        """Send one request, as soon as MLflow answers; the caller reads the answer's chunks and closes it.

        Raises:
            TrackingUnavailable: MLflow does not start, or went away while it answered.
        """
        for _ in range(TRIES):
            address = await self._address()
            server = self._to(address.url)
            target = urlsplit(address.url).path + path
            try:
                return await server.send(method, target, [*headers, *address.headers.items()], content)
            except ConnectionRefusedError:
                # Nothing was sent, so it may be sent again: the child died and is about to be replaced.
                await asyncio.sleep(PAUSE_S)
            except OSError as error:
                raise TrackingUnavailable(f"the MLflow server went away ({error}); send the request again") from error
        raise TrackingUnavailable(f"nobody answers at {address.url}; is the MLflow server running?")

    async def close(self) -> None:
        """Close all connections."""
        if self._server is not None:
            self._server[1].close()

    async def _address(self) -> Address:
        reaching = self._tracking.reach()
        return reaching.result() if reaching.done() else await asyncio.shield(asyncio.wrap_future(reaching))

    def _to(self, url: str) -> Server:
        if self._server is None or self._server[0] != url:
            if self._server is not None:
                self._server[1].close()
            self._server = (url, Server(urlsplit(url)))
        return self._server[1]
