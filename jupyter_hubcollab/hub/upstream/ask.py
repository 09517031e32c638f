"""One other hub, asked over HTTP: at once or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from ...errors import UpstreamUnavailable

if TYPE_CHECKING:
    import httpx

CONNECT_S = 1.5
SILENCE_S = 10.0
"""How long a hub that has answered before may say nothing."""
REST = timedelta(seconds=15)
"""How long a hub that failed is left alone."""
_LARGEST_ANSWER = 64 << 20
_REDIRECTS = 5
_AWAY = {429, 502, 503, 504}


class Refused(Exception):
    """Another hub said no; never seen outside of this folder. ``error_code`` as that hub sent it, or empty."""

    def __init__(self, status: int, error_code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.error_code = error_code


@dataclass(frozen=True, slots=True)
class Reply:
    """What another hub answered."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: str


def new_client() -> httpx.Client:
    """The client for all hubs; it keeps no cookies, as its requests are of many people."""
    import httpx

    jar = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    timeout = httpx.Timeout(SILENCE_S, connect=CONNECT_S)
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=16)
    return httpx.Client(cookies=jar, timeout=timeout, limits=limits, headers={"User-Agent": "jupyter-hubcollab"})


class OtherHub:
    """Another hub. After a failure it is left alone for a while: nobody waits for it twice."""

    def __init__(self, url: str, client: Callable[[], httpx.Client], now: Callable[[], datetime]) -> None:
        self.url = url.rstrip("/")
        self._client = client
        self._now = now
        self._lock = threading.Lock()
        self._down: tuple[datetime, str] | None = None

    def ask(self, method: str, path: str, token: str | None, form: Mapping[str, object] | None = None) -> Reply:
        """One request and its whole answer; redirects that stay on this hub are followed.

        Raises:
            Refused: the hub said 4xx.
            UpstreamUnavailable: it does not answer, or not as a hub does.
        """
        url = f"{self.url}/{path}"
        for _ in range(_REDIRECTS):
            with self._sent(method, url, token, form) as response:
                target = self._inside(response)
                if target is None:
                    return Reply(response.status_code, response.headers, _text(response))
                url = target
        raise UpstreamUnavailable(f"{self.url} redirects in circles")

    @contextmanager
    def stream(self, path: str, token: str | None, start: int, end: int | None = None) -> Iterator[httpx.Response]:
        """The bytes of a file from *start*: a 200 or 206 with a body that is yet to be read.

        Raises:
            Refused: the hub said 4xx.
            UpstreamUnavailable: it does not answer.
        """
        asked = {} if start == 0 and end is None else {"Range": f"bytes={start}-{'' if end is None else end - 1}"}
        url, sent_token = f"{self.url}/{path}", token
        for _ in range(_REDIRECTS):
            with self._sent("GET", url, sent_token, None, asked) as response:
                if not response.has_redirect_location:
                    yield response
                    return
                url = urljoin(url, response.headers["Location"])
                # The data plane of a hub may be elsewhere; its links are signed and need no token.
                sent_token = token if self._is_here(url) else None
        raise UpstreamUnavailable(f"{self.url} redirects in circles")

    @contextmanager
    def _sent(
        self,
        method: str,
        url: str,
        token: str | None,
        form: Mapping[str, object] | None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[httpx.Response]:
        import httpx

        self._refuse_while_down()
        own = {"Accept-Encoding": "identity", **(headers or {})}
        if token is not None:
            own["Authorization"] = f"Bearer {token}"
        began = False
        try:
            with closing(self._begun(method, url, own, form)) as response:
                self._judge(response)
                began = True
                yield response
        except httpx.HTTPError as error:
            # What breaks off in the middle may be gone on with at once; a hub that does not even begin is down.
            if began:
                raise UpstreamUnavailable(f"{self.url} {_why(error)}") from error
            raise self._failed(_why(error)) from error

    def _begun(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, object] | None
    ) -> httpx.Response:
        import httpx

        client = self._client()
        request = client.build_request(method, url, headers=headers, data=form)
        try:
            return client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # A connection that was kept may have ended meanwhile; a new one tells.
            return client.send(request, stream=True)

    def _judge(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in _AWAY:
            raise self._failed(f"answered {status}")
        if status == 500:
            raise UpstreamUnavailable(f"{self.url} failed at this (it answered 500)")
        with self._lock:
            self._down = None
        if status >= 400:
            code = response.headers.get("X-Error-Code", "")
            raise Refused(status, code, response.headers.get("X-Error-Message", "")[:300])

    def _refuse_while_down(self) -> None:
        with self._lock:
            if self._down is None:
                return
            until, why = self._down
            if self._now() < until:
                raise UpstreamUnavailable(why)
            self._down = (self._now() + REST, why)  # one may try; the others go on without

    def _failed(self, why: str) -> UpstreamUnavailable:
        words = f"{self.url} {why}"
        with self._lock:
            self._down = (self._now() + REST, words)
        return UpstreamUnavailable(words)

    def _inside(self, response: httpx.Response) -> str | None:
        """Where a redirect leads on this hub; None where the answer itself is what was asked for."""
        if not response.has_redirect_location or "x-linked-etag" in response.headers:
            return None
        target = urljoin(str(response.url), response.headers["Location"])
        if not self._is_here(target):
            raise UpstreamUnavailable(f"{self.url} sends us to another server")
        return target

    def _is_here(self, url: str) -> bool:
        ours, theirs = urlsplit(self.url), urlsplit(url)
        return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)


def _text(response: httpx.Response) -> str:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > _LARGEST_ANSWER:
            raise UpstreamUnavailable(f"{response.url.host} answered more than {_LARGEST_ANSWER:,} bytes")
    return body.decode("utf-8", "replace")


def _why(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.ConnectTimeout):
        return f"did not accept a connection within {CONNECT_S} s"
    if isinstance(error, httpx.TimeoutException):
        return f"said nothing for {SILENCE_S:.0f} s"
    if isinstance(error, httpx.ConnectError):
        return f"cannot be reached ({error})"
    return f"broke off ({type(error).__name__})"
