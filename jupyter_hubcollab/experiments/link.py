"""Carries requests from Jupyter's event loop to MLflow over kept connections.

Built by ``Link(tracking)``; ``await close()`` when Jupyter stops. Used by ``web/mlflow.py``, which says who may send.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from ..errors import TrackingUnavailable
from .tracking import Address, TrackingServer

if TYPE_CHECKING:
    import httpx

CONNECT_S = 5.0
ANSWER_S = 600.0
TRIES = 10
PAUSE_S = 0.3


class Link:
    """An HTTP client of the one MLflow server."""

    def __init__(self, tracking: TrackingServer) -> None:
        self._tracking = tracking
        self._transport: httpx.AsyncHTTPTransport | None = None

    async def send(
        self,
        method: str,
        path: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        content: bytes | AsyncIterator[bytes] = b"",
    ) -> httpx.Response:
        """Send one request, as soon as MLflow answers; the caller reads the response's stream and closes it.

        Raises:
            TrackingUnavailable: MLflow does not start, or went away while it answered.
        """
        import httpx

        for _ in range(TRIES):
            address = await self._address()
            request = httpx.Request(
                method,
                address.url + path,
                headers=[*headers, *address.headers.items()],
                content=content,
                extensions=_TIMEOUTS,
            )
            try:
                return await self._client().handle_async_request(request)
            except httpx.ConnectError:
                # Nothing was sent, so it may be sent again: the child died and is about to be replaced.
                await asyncio.sleep(PAUSE_S)
            except httpx.TransportError as error:
                raise TrackingUnavailable(f"the MLflow server went away ({error}); send the request again") from error
        raise TrackingUnavailable(f"nobody answers at {address.url}; is the MLflow server running?")

    async def close(self) -> None:
        """Close all connections."""
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    async def _address(self) -> Address:
        return await asyncio.shield(asyncio.wrap_future(self._tracking.reach()))

    def _client(self) -> httpx.AsyncHTTPTransport:
        import httpx

        if self._transport is None:
            # The transport, not httpx.AsyncClient: no cookies, no redirects, no proxies from the environment.
            limits = httpx.Limits(max_connections=200, max_keepalive_connections=40, keepalive_expiry=60)
            self._transport = httpx.AsyncHTTPTransport(limits=limits)
        return self._transport


_TIMEOUTS = {"timeout": {"connect": CONNECT_S, "read": ANSWER_S, "write": ANSWER_S, "pool": ANSWER_S}}
