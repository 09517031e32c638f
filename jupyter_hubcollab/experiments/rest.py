"""Calls of MLflow's REST API from our own threads; its errors become ours here.

Built by ``Rest(tracking)``; ``close()`` it when Jupyter stops.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import RunNotFound, TrackingUnavailable
from .tracking import TrackingServer

if TYPE_CHECKING:
    import httpx

API = "/api/2.0/mlflow"
PAGES_API = "/ajax-api/2.0/mlflow"
TIMEOUT_S = 120.0
CHUNK_BYTES = 1 << 20


class Rest:
    """A client of the one MLflow server."""

    def __init__(self, tracking: TrackingServer) -> None:
        self._tracking = tracking
        self._lock = threading.Lock()
        self._made: httpx.Client | None = None

    def get(self, path: str, /, **params: str) -> dict[str, Any]:
        """The answer to a question, as JSON.

        Raises:
            RunNotFound: MLflow says so.
            TrackingUnavailable: it does not answer, or fails.
        """
        with self._asked("GET", path, params=params) as response:
            return self._json(response)

    def post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """The answer to a question or an order, as JSON.

        Raises:
            RunNotFound: MLflow says so.
            TrackingUnavailable: it does not answer, or fails.
        """
        with self._asked("POST", path, json=body) as response:
            return self._json(response)

    def stream(self, path: str, /, **params: str) -> Iterator[bytes]:
        """The bytes of a file."""
        with self._asked("GET", path, params=params) as response:
            yield from response.iter_bytes(CHUNK_BYTES)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._made is not None:
                self._made.close()
            self._made = None

    @contextmanager
    def _asked(self, method: str, path: str, **kwargs: Any) -> Iterator[httpx.Response]:
        import httpx

        address = self._tracking.reach().result()
        try:
            with self._client().stream(method, address.url + path, headers=dict(address.headers), **kwargs) as response:
                if response.status_code >= 400:
                    raise _refusal(response)
                yield response
        except httpx.TransportError as error:
            raise TrackingUnavailable(f"the MLflow server does not answer ({error}); try again in a moment") from error

    def _client(self) -> httpx.Client:
        import httpx

        with self._lock:
            if self._made is None:
                self._made = httpx.Client(timeout=TIMEOUT_S)
            return self._made

    def _json(self, response: httpx.Response) -> dict[str, Any]:
        response.read()
        answer = response.json()
        return answer if isinstance(answer, dict) else {}


def _refusal(response: httpx.Response) -> RunNotFound | TrackingUnavailable:
    text = response.read()[:500].decode(errors="replace")
    if response.status_code == 404:
        return RunNotFound(f"MLflow does not know it (any more): {text}")
    return TrackingUnavailable(f"MLflow answered {response.status_code}: {text}")
