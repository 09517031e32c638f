"""Asks another hub over HTTP for its lists, patiently: a sync may take hours, and hubs ask for patience."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...errors import UpstreamUnavailable

if TYPE_CHECKING:
    import httpx

TRIES = 5
LONGEST_WAIT_S = 60.0
_TIMEOUT_S = 60.0
_PATIENCE = {429, 502, 503, 504}


class Asking:
    """One hub, with a token or without."""

    def __init__(self, url: str, token: str) -> None:
        """The token goes to this hub only."""
        self.url = url.rstrip("/")
        self._token = token

    def get(self, address: str) -> httpx.Response:
        """The whole answer at *address*, on this hub.

        Raises:
            UpstreamUnavailable: it does not answer, or says no.
        """
        with self.stream(address) as response:
            response.read()
            return response

    @contextmanager
    def stream(self, address: str) -> Iterator[httpx.Response]:
        """The answer at *address*, its body yet to be read."""
        import httpx

        self._refuse_other_host(address)
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        headers["User-Agent"] = "jupyter-hubcollab"
        try:
            with httpx.Client(headers=headers, timeout=_TIMEOUT_S) as client, self._patient(client, address) as answer:
                yield answer
        except httpx.HTTPError as error:
            raise UpstreamUnavailable(f"{self.url} broke off ({error}); sync again, it goes on from here") from error

    @contextmanager
    def _patient(self, client: httpx.Client, address: str) -> Iterator[httpx.Response]:
        for turn in range(TRIES):
            with client.stream("GET", address) as response:
                if response.status_code in _PATIENCE and turn + 1 < TRIES:
                    time.sleep(_wait(response.headers.get("Retry-After", ""), turn))
                    continue
                if response.status_code != 200:
                    raise UpstreamUnavailable(f"{self.url} answered {response.status_code} to {urlsplit(address).path}")
                yield response
                return

    def _refuse_other_host(self, address: str) -> None:
        ours, theirs = urlsplit(self.url), urlsplit(address)
        if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            raise UpstreamUnavailable(f"{self.url} sends us to another server")


def _wait(said: str, turn: int) -> float:
    return min(LONGEST_WAIT_S, float(said) if said.isdecimal() else 2.0**turn)
