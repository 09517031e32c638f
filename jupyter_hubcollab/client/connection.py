"""The way from a notebook cell to the hub: address and token from the environment, errors as words of the domain."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from .. import errors
from ..wire import Problem

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
CONNECT_S = 10.0
ANSWER_S = 120.0
TRIES = 3


@dataclass(frozen=True, slots=True)
class Connection:
    """Where the hub is, and a token for it."""

    url: str
    token: str

    def get(self, path: str, kind: type[T], /, **query: str | int | Sequence[str]) -> T:
        """Ask for a reply of class *kind*."""
        with self._client() as client, _translated(self.url):
            answer = client.get(f"{self.url}/api/{path}", params=query)
        return self._said(answer, kind)

    def post(self, path: str, body: object, kind: type[T]) -> T:
        """Send *body* as JSON and get a reply of class *kind*; tried again where no answer came."""
        content = msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"}
        with self._client(retries=TRIES) as client, _translated(self.url):
            answer = _until_answered(lambda: client.post(f"{self.url}/api/{path}", content=content, headers=headers))
        return self._said(answer, kind)

    def note(self, path: str, body: object) -> None:
        """Tell something to which there is nothing to say."""
        with self._client() as client, _translated(self.url):
            _checked(client.post(f"{self.url}/api/{path}", content=msgspec.json.encode(body)))

    def put(self, path: str, body: object, kind: type[T]) -> T:
        """Set something to *body*, and get a reply of class *kind*."""
        content = msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"}
        with self._client(retries=TRIES) as client, _translated(self.url):
            answer = _until_answered(lambda: client.put(f"{self.url}/api/{path}", content=content, headers=headers))
        return self._said(answer, kind)

    def delete(self, path: str, **query: str) -> None:
        """Remove something."""
        with self._client() as client, _translated(self.url):
            _checked(client.delete(f"{self.url}/api/{path}", params=query))

    def lines(self, path: str, kind: type[T], /, **query: str) -> Iterator[T]:
        """Ask for a reply of many lines, each one of class *kind*."""
        decode = msgspec.json.Decoder(kind).decode
        address = f"{self.url}/api/{path}"
        with self._client() as client, _translated(self.url), client.stream("GET", address, params=query) as answer:
            if answer.status_code >= 400:
                answer.read()
            for line in _checked(answer).iter_lines():
                yield decode(line)

    def send(self, path: str, pieces: Callable[[], Iterable[bytes]], size: int) -> None:
        """Send bytes, piece by piece; from the first piece on again where the line broke."""
        headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
        address = f"{self.url}/api/{path}"
        with self._client(retries=TRIES) as client, _translated(self.url):
            _checked(_until_answered(lambda: client.put(address, content=pieces(), headers=headers)))

    def receive(self, path: str) -> Iterator[bytes]:
        """Bytes, piece by piece."""
        with self._client() as client, _translated(self.url), client.stream("GET", f"{self.url}/api/{path}") as answer:
            if answer.status_code >= 400:
                answer.read()
            _checked(answer)
            yield from answer.iter_bytes(1 << 20)

    def _said(self, answer: httpx.Response, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(_checked(answer).content, type=kind)
        except msgspec.DecodeError as error:
            raise errors.Unavailable(
                f"what answers at {self.url} is no hub, or a hub of another release; look at HUBCOLLAB_URL ({error})"
            ) from error

    def _client(self, retries: int = 0) -> httpx.Client:
        import httpx

        timeout = httpx.Timeout(ANSWER_S, connect=CONNECT_S)
        return httpx.Client(
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=timeout,
            # A proxy of the environment is for the internet, not for the server beside us.
            transport=httpx.HTTPTransport(retries=retries, verify=_trust(self.url)),
        )


def connect(environ: Mapping[str, str] | None = None) -> Connection:
    """The hub of this kernel.

    Raises:
        Unavailable: the environment names none.
    """
    names = os.environ if environ is None else environ
    url, token = names.get("HUBCOLLAB_URL", ""), names.get("HUBCOLLAB_TOKEN", "")
    if not url:
        raise errors.Unavailable(
            "no hub is known here: HUBCOLLAB_URL is not set. Start this kernel from a JupyterLab with "
            "jupyter_hubcollab, or set "
            "HUBCOLLAB_URL=http://HOST:PORT/hubcollab and HUBCOLLAB_TOKEN (jupyter hubcollab token makes one)"
        )
    if not token:
        raise errors.Unauthenticated(
            "HUBCOLLAB_TOKEN is not set; make a token with 'jupyter hubcollab token' and set it"
        )
    return Connection(url.rstrip("/"), token)


@lru_cache
def _trust(url: str) -> Any:
    """What certificates to believe; reading the system's takes 20 ms, which plain HTTP need not pay."""
    import httpx

    return httpx.create_ssl_context() if url.startswith("https:") else False


def _until_answered(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Ask again where the line broke; the hub knows a repeated publication by its id."""
    import httpx

    for _ in range(TRIES - 1):
        try:
            return ask()
        except (httpx.ReadError, httpx.RemoteProtocolError):
            continue
    return ask()


@contextmanager
def _translated(url: str) -> Iterator[None]:
    import httpx

    try:
        yield
    except httpx.TimeoutException as error:
        raise errors.Unavailable(f"the hub at {url} does not answer in time; try again") from error
    except httpx.TransportError as error:
        raise errors.Unavailable(
            f"the hub at {url} cannot be reached ({error}); is JupyterLab running there?"
        ) from error


def _checked(answer: httpx.Response) -> httpx.Response:
    """*answer*, if it is a good one.

    Raises:
        HubError: the word of the domain that the hub says.
    """
    if answer.is_success:
        return answer
    try:
        problem = msgspec.json.decode(answer.content, type=Problem)
    except msgspec.DecodeError:
        problem = Problem(code="HubError", message=f"the hub answers {answer.status_code} {answer.reason_phrase}")
    raise _word(problem.code)(problem.message)


def _word(code: str) -> type[errors.HubError]:
    found = getattr(errors, code, None)
    return found if isinstance(found, type) and issubclass(found, errors.HubError) else errors.HubError
