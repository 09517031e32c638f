"""``hubcollab/mlflow/…``: MLflow's REST API and its UI, behind our login.

We authenticate and check where a browser's request comes from; MLflow sees a request from loopback without cookies
and tokens. Bodies stream both ways, so that an artifact may be larger than memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import msgspec
from tornado.iostream import StreamClosedError
from tornado.web import stream_request_body

from ..access import require_scope
from ..errors import AccessDenied, Unauthenticated
from ..experiments.routes import blocked, only_reads
from ..handler import HubHandler, header_safe
from ..wire import Problem

if TYPE_CHECKING:
    from ..experiments.http1 import Answer
    from ..experiments.link import Link

PREFIX = "/hubcollab/mlflow"
SMALL_BYTES = 1 << 20
CHUNKS_AHEAD = 8

_PASSED_ON = frozenset(
    (
        *("accept", "accept-encoding", "accept-language", "cache-control", "range", "user-agent"),
        *("content-type", "content-encoding", "content-length"),
        *("if-match", "if-none-match", "if-modified-since", "if-range", "if-unmodified-since"),
    )
)
_HOP_BY_HOP = frozenset(("connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "server", "date"))
_ARTIFACT = ("get-artifact", "/artifacts/", "get-trace-artifact")
_CODES = {
    "AccessDenied": "PERMISSION_DENIED",
    "Unauthenticated": "UNAUTHENTICATED",
    "TrackingUnavailable": "TEMPORARILY_UNAVAILABLE",
    "HTTPError": "BAD_REQUEST",
}
"""MLflow's words for our errors; its client shows them."""


def from_our_pages(headers: Mapping[str, str], host: str) -> bool:
    """A browser vouches that a page of this server sent the request; MLflow's pages know no XSRF token."""
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    source = headers.get("Origin") or headers.get("Referer") or ""
    return bool(host) and urlsplit(source).netloc == host


class Upload:
    """The body of a request on its way: a few chunks ahead, then the sender waits."""

    def __init__(self) -> None:
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue(CHUNKS_AHEAD)

    async def add(self, chunk: bytes, until: asyncio.Future[Answer]) -> None:
        """Pass *chunk* on; an empty one ends the body. Dropped when the answer, *until*, is there already."""
        if not self._chunks.full():
            self._chunks.put_nowait(chunk)
            return
        putting = asyncio.ensure_future(self._chunks.put(chunk))
        await asyncio.wait((putting, until), return_when=asyncio.FIRST_COMPLETED)
        putting.cancel()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """All chunks, as they come."""
        while chunk := await self._chunks.get():
            yield chunk


@stream_request_body
class MlflowHandler(HubHandler):
    """Passes a request on to MLflow and its answer back."""

    _answer: asyncio.Task[Answer] | None = None

    async def prepare(self) -> None:  # type: ignore[override]
        """Log in; refuse what must not reach MLflow; begin to send a large body."""
        await super().prepare()
        self._small: list[bytes] = []
        self._path = self.request.path.split(PREFIX, 1)[1]
        self._check(unquote(self._path))
        self.request.connection.set_max_body_size(self.services.config.max_upload_bytes)  # type: ignore[union-attr]
        length = self.request.headers.get("Content-Length")
        chunked = "chunked" in self.request.headers.get("Transfer-Encoding", "").lower()
        if chunked or (length is not None and int(length) > SMALL_BYTES):
            self._upload = Upload()
            self._answer = asyncio.create_task(self._send(aiter(self._upload)))

    def _check(self, path: str) -> None:
        if self.current_user is None:
            raise Unauthenticated(
                "log in to Jupyter to see experiments, or send a hub token (Authorization: Bearer hc_…)"
            )
        if blocked(path):
            raise AccessDenied("this part of MLflow can act on the server's host and is switched off here")
        if not only_reads(self.request.method or "", path):
            require_scope(self.actor, "write")

    def check_xsrf_cookie(self) -> None:
        """With a cookie, a write must come from a page of this server; MLflow's pages send no XSRF token."""
        early = not hasattr(self, "_jupyter_current_user")
        if early or self.token_authenticated or self.settings.get("disable_check_xsrf", False):
            return
        if not from_our_pages(self.request.headers, self.request.host):
            raise AccessDenied("a page of another site sent this request; open MLflow from JupyterLab, or send a token")

    async def data_received(self, chunk: bytes) -> None:
        """Take a part of the body, as fast as MLflow takes it."""
        if self._finished:
            return
        if self._answer is None:
            self._small.append(chunk)
        else:
            await self._upload.add(chunk, self._answer)

    def on_connection_close(self) -> None:
        """Nobody waits for the answer."""
        if self._answer is not None:
            self._answer.cancel()
        super().on_connection_close()

    async def get(self, _: str = "") -> None:
        """Ask MLflow and reply what it says."""
        if self._answer is None:
            response = await self._send(b"".join(self._small))
        else:
            await self._upload.add(b"", self._answer)
            response = await self._answer
        try:
            await self._relay(response)
        except StreamClosedError:
            self.log.debug("the reader of %s went away", self.request.path)
        finally:
            response.close()

    head = post = put = patch = delete = options = get

    async def _send(self, content: bytes | AsyncIterator[bytes]) -> Answer:
        # A login may come as ?token=…, which is nobody else's business.
        query = "&".join(part for part in self.request.query.split("&") if not part.startswith("token="))
        target = (self._path or "/") + (f"?{query}" if query else "")
        headers = [(name, value) for name, value in self.request.headers.get_all() if name.lower() in _PASSED_ON]
        link: Link = self.services.link
        return await link.send(self.request.method or "GET", target, headers=headers, content=content)

    async def _relay(self, response: Answer) -> None:
        self.set_status(response.status, response.reason or None)
        for name, value in response.headers:
            if name.lower() not in _HOP_BY_HOP:
                self.set_header(name, value)
        if any(part in self._path for part in _ARTIFACT):
            # What people log may be a web page; it must not act in the reader's name.
            self.set_header("Content-Security-Policy", "sandbox")
        async for chunk in response.chunks():
            self.write(chunk)
            await self.flush()
        await self.finish()

    def refuse(self, problem: Problem) -> None:
        """MLflow's client reads ``error_code`` and ``message``."""
        self.set_header("X-Error-Code", problem.code)
        self.set_header("X-Error-Message", header_safe(problem.message))
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(
            msgspec.json.encode({"error_code": _CODES.get(problem.code, "INTERNAL_ERROR"), "message": problem.message})
        )


class MlflowRoot(HubHandler):
    """MLflow's page refers to its parts by relative links, so its address must end with a slash."""

    async def get(self) -> None:
        """Go to the page."""
        self.redirect(self.request.path + "/")


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (PREFIX, MlflowRoot),
    (PREFIX + r"/(.*)", MlflowHandler),
]
