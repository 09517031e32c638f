"""The Xet protocol: tokens, uploads of xorbs and shards, reconstructions, ranges of xorbs. See docs/protocols/xet.md.

Tokens are given to whoever is logged in; all else shows such a token, or a sealed link that a reconstruction gave.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from jupyter_server.base.call_context import CallContext
from jupyter_server.utils import ensure_async
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, stream_request_body

from ...errors import AccessDenied, HubError, TooLarge, Unauthenticated
from ...handler import RESOURCE, HubHandler
from ...wire import Problem
from ..threads import in_thread
from .base import API_REPO, REVISION, ROOT, HFHandler, SealedHandler
from .sending import send
from .streams import Pump, Span, expect, span_of

if TYPE_CHECKING:
    from ...hub.xet import Progress
    from ...hub.xet_reading import Fetch
    from ...hub.xet_tokens import Holder
    from ...storage.merkle import XetHash
    from ...storage.xorbs import IncomingXorb

CAS = ROOT + r"/cas/(?P<store>[\w-]+)"
HASH = r"(?P<digest>[0-9a-f]{64})"
LARGEST_XORB_BODY = 66 << 20
LARGEST_SHARD = 64 << 20
MOST_XORBS_AT_ONCE = 8
MOST_SHARDS_AT_ONCE = 2
ABSENT_AFTER_S = 0.01
"""So long the hub takes to say that a chunk is not here; looking takes a tenth of it, whatever there is."""


class XetTokenHandler(HFHandler):
    """Gives a token for the chunks of one repo."""

    async def get(self, kind: str, namespace: str, name: str, access: Literal["read", "write"], revision: str) -> None:
        """Where the chunks are kept, and a token for them."""
        repo = self.repo(kind, namespace, name)
        if access == "write":
            await self._authorize_writing()
        if not self.flag("create_pr"):  # a pull request that is yet to be opened has no revision
            await in_thread(self.services.refs.resolve, self.actor, repo, self.revision(revision))
        token = await in_thread(self.services.xet_tokens.grant, self.actor, repo, revision, access)
        expires = int(time.time()) + self.services.xet_tokens.lifetime_s
        url = self.url(f"cas/{self.services.xet.store}")
        self.set_header("X-Xet-Cas-Url", url)
        self.set_header("X-Xet-Access-Token", token)
        self.set_header("X-Xet-Token-Expiration", str(expires))
        self.set_header("Cache-Control", "no-store")
        self.reply({"casUrl": url, "exp": expires, "accessToken": token})

    async def _authorize_writing(self) -> None:
        # It is a GET, for which the base has asked the authorizer about reading only.
        if not await ensure_async(self.authorizer.is_authorized(self, self.current_user, "write", RESOURCE)):
            raise AccessDenied("you are not authorized to write on this server's hub")


class CasHandler(HFHandler):
    """Serves whoever shows a token of the Xet protocol; Jupyter's own logins count nothing here."""

    login_needed = False
    access: Literal["read", "write"] = "read"
    holder: Holder

    async def _log_in(self) -> None:
        CallContext.set(CallContext.JUPYTER_HANDLER, self)
        if not self.check_host():
            raise HTTPError(403)
        self.current_user = self._jupyter_current_user = None
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("send the Xet token that the hub gave you (Authorization: Bearer …)")
        self.holder = await in_thread(self.services.xet_tokens.holder, token.strip(), self.access)


class UploadHandler(CasHandler):
    """Takes a body piece by piece; only so many at once, as each holds some memory."""

    access = "write"
    largest_body = 0
    most_at_once = 1
    _refusal: HubError | None = None
    _slot: asyncio.Semaphore | None = None
    _answering = False

    async def prepare(self) -> None:  # type: ignore[override]
        """Log in, then wait for a slot; the body is read only then."""
        try:
            await super().prepare()
        except Unauthenticated as error:
            # A client that is still sending would see a broken connection, not that its token has ended.
            self._refusal = error
        length = self.request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > self.largest_body:
            raise TooLarge(f"the body may have {self.largest_body:,} bytes at most")
        expect(self, self.largest_body)
        name = f"hubcollab_{type(self).__name__}"
        slot = self.settings.setdefault(name, asyncio.Semaphore(self.most_at_once))
        await slot.acquire()
        self._slot = slot

    def begin_answer(self) -> None:
        """Everything has arrived.

        Raises:
            Unauthenticated: to somebody without a token.
        """
        self._answering = True
        if self._refusal is not None:
            raise self._refusal

    def on_finish(self) -> None:
        """Let the next one begin."""
        slot, self._slot = self._slot, None
        if slot is not None:
            slot.release()
        super().on_finish()

    def on_connection_close(self) -> None:
        """Nobody waits for the answer; if one is being made, the slot is free when that has ended."""
        if not self._answering:
            self.on_finish()
        super().on_connection_close()


@stream_request_body
class XorbUploadHandler(UploadHandler):
    """Takes a xorb; it is unpacked and hashed while it arrives."""

    largest_body = LARGEST_XORB_BODY
    most_at_once = MOST_XORBS_AT_ONCE
    _incoming: IncomingXorb | None = None
    _received = 0

    async def prepare(self) -> None:  # type: ignore[override]
        """Begin to receive."""
        await super().prepare()
        if self._refusal is None:
            length = self.request.headers.get("Content-Length", "")
            size = int(length) if length.isdecimal() else self.largest_body
            await in_thread(self.services.quotas.require_room_to_send, self.holder.repo, size)
            self._incoming = await in_thread(self.services.xet.incoming)
            self._pump = Pump(self._incoming.write)

    async def data_received(self, chunk: bytes) -> None:
        """Take a part of the body."""
        if self._incoming is not None and not self._finished:
            self._received += len(chunk)
            await self._pump.feed(chunk)

    async def post(self, store: str, digest: XetHash) -> None:  # noqa: ARG002 -- any epoch will do
        """Keep the xorb, if it is the one that it is named."""
        self.begin_answer()
        assert self._incoming is not None
        await self._pump.end()
        await in_thread(self.services.xet.finish, self._incoming, digest)
        self.services.quotas.note_arrival(self.holder.repo, self._received)
        # Always true: whether others had uploaded it before is nobody's business.
        self.reply({"was_inserted": True})

    def on_finish(self) -> None:
        """Forget what was not kept."""
        incoming, self._incoming = self._incoming, None
        if incoming is not None:  # closing and removing a file may wait for the disk
            asyncio.get_running_loop().run_in_executor(None, incoming.abort)
        super().on_finish()


@stream_request_body
class ShardUploadHandler(UploadHandler):
    """Takes a shard, checks its files, and keeps them."""

    largest_body = LARGEST_SHARD
    most_at_once = MOST_SHARDS_AT_ONCE

    async def prepare(self) -> None:  # type: ignore[override]
        """Begin to receive."""
        await super().prepare()
        self._shard = bytearray()

    async def data_received(self, chunk: bytes) -> None:
        """Take a part of the body."""
        if self._refusal is None and not self._finished:
            self._shard += chunk

    async def post(self, store: str, version: str | None = None) -> None:  # noqa: ARG002 -- any epoch will do
        """Keep the files; in version 2, tell how far it is, lest the client give up on a long one."""
        self.begin_answer()
        steps = self.services.xet.add(self.holder, bytes(self._shard))
        self._shard.clear()
        progress = await in_thread(next, steps, None)
        if version != "2":
            while await in_thread(next, steps, None) is not None:
                pass
            self.reply({"result": 1})
            return
        self.set_header("Content-Type", "application/x-ndjson")
        try:
            await self._tell(progress, steps)
        except StreamClosedError:
            self.log.info("a client went away before its shard was checked; nothing of it is kept")

    async def _tell(self, progress: Progress | None, steps: Iterator[Progress]) -> None:
        last: dict[str, Any] = {"type": "result"}
        while progress is not None:
            await self._line({"type": "validating", "verified": progress.verified, "total": progress.total})
            try:
                progress = await in_thread(next, steps, None)
            except HubError as error:  # the status is sent already
                self.log.info("%s: %s: %s", self.request.path, error.code, error)
                last, progress = {"type": "error", "message": str(error), "retryable": False}, None
        await self._line(last)
        self.finish()

    async def _line(self, fields: dict[str, Any]) -> None:
        self.write(msgspec.json.encode(fields) + b"\n")
        await self.flush()


class ReconstructionHandler(CasHandler):
    """Tells which chunks make up a file, and where to fetch them."""

    async def get(self, store: str, digest: XetHash, version: str | None = None) -> None:
        """The file, or the range of it that was asked for."""
        size = await in_thread(self.services.xet.file_size, self.holder, digest)
        span = span_of(self.request.headers.get("Range", ""), size)
        if span is None:
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{size}")
            self.finish()
            return
        plan = await in_thread(self.services.xet.reconstruction, self.holder, digest, span.start, span.end)
        terms = [
            {"hash": one.xorb, "unpacked_length": one.size, "range": {"start": one.start, "end": one.end}}
            for one in plan.sections
        ]
        shape = self._multiple if version == "2" else self._single
        found: dict[str, list[dict[str, Any]]] = {}
        for one in plan.fetches:
            found.setdefault(one.xorb, []).append(shape(store, one))
        name = "xorbs" if version == "2" else "fetch_info"
        self.reply({"offset_into_first_range": plan.skipped, "terms": terms, name: found})

    def _single(self, store: str, fetch: Fetch) -> dict[str, Any]:
        return {
            "range": {"start": fetch.start, "end": fetch.end},
            "url": self._link(store, fetch),
            "url_range": {"start": fetch.first_byte, "end": fetch.end_byte - 1},
        }

    def _multiple(self, store: str, fetch: Fetch) -> dict[str, Any]:
        # Each range has a link of its own: it must not open the rest of the xorb, which may be of another repo.
        chunks = {"start": fetch.start, "end": fetch.end}
        where = {"start": fetch.first_byte, "end": fetch.end_byte - 1}
        return {"url": self._link(store, fetch), "ranges": [{"chunks": chunks, "bytes": where}]}

    def _link(self, store: str, fetch: Fetch) -> str:
        return self.url(f"cas/{store}/xorbs?seal={self.services.xet_tokens.seal(fetch)}")


class XorbRangeHandler(SealedHandler):
    """Gives bytes of a xorb to whoever has a sealed link to them."""

    purpose = "xorb"

    async def get(self, store: str) -> None:  # noqa: ARG002 -- the link says it all
        """The bytes that the client asks for, as far as the link goes."""
        xorb, first, end = self.sealed["xorb"], int(self.sealed["start"]), int(self.sealed["end"])
        asked = span_of(self.request.headers.get("Range", ""), end)
        span = asked if asked is not None and asked.is_part else Span(first, end, end, False)
        if asked is None or span.start < first:
            raise AccessDenied("this link is for other bytes of the xorb")
        self.set_status(206 if span.is_part else 200)
        if span.is_part:
            self.set_header("Content-Range", f"bytes {span.start}-{span.end - 1}/*")
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("Content-Length", str(span.end - span.start))
        parts = await in_thread(self.services.xet.xorb_parts, xorb, span.start, span.end)
        await send(self, parts, span.end - span.start)
        self.finish()


class TelemetryHandler(CasHandler):
    """Clients tell how fast they were."""

    async def post(self, store: str) -> None:  # noqa: ARG002
        """Thanks; we keep nothing of it."""
        self.reply({})


class ChunksHandler(CasHandler):
    """Tells who is about to send a chunk which others beside it are here, in files that they may read."""

    access = "write"

    def _log(self) -> None:
        """No line in the log: most chunks are new, and each upload asks."""

    async def get(self, store: str, digest: XetHash) -> None:  # noqa: ARG002 -- any epoch will do
        """A shard, or nothing: as late for others' chunks as for those that nobody has."""
        shard = await in_thread(self.services.sharing.around, self.holder.actor, digest)
        if shard is None:
            await asyncio.sleep(max(0.0, ABSENT_AFTER_S - self.request.request_time()))
            self.set_status(404)
            self.refuse(Problem(code="NotFound", message="no file that you may read has this chunk"))
            return
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("Cache-Control", "no-store")
        self.finish(shard)


class OptionalHandler(CasHandler):
    """Parts of the protocol that clients do without, as grants for direct uploads; answered at once, to anybody."""

    async def _log_in(self) -> None:
        self.current_user = self._jupyter_current_user = None

    def _log(self) -> None:
        """No line in the log: nothing is wrong."""

    async def get(self, store: str) -> None:  # noqa: ARG002
        """There is no such thing."""
        self.set_status(404)
        self.refuse(Problem(code="NotFound", message="this hub does not offer this optional part of the Xet protocol"))

    post = get


# hf_xet 1.1 leaves out the version and means the first.
ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{API_REPO}/xet-(?P<access>read|write)-token/{REVISION}", XetTokenHandler),
    (rf"{CAS}/(?:v1/)?xorbs/default/{HASH}", XorbUploadHandler),
    (rf"{CAS}/(?:v(?P<version>1|2)/)?shards", ShardUploadHandler),
    (rf"{CAS}/(?:v(?P<version>1|2)/)?reconstructions/{HASH}", ReconstructionHandler),
    (rf"{CAS}/xorbs", XorbRangeHandler),
    (rf"{CAS}/v1/telemetry", TelemetryHandler),
    (rf"{CAS}/(?:v1/)?chunks/default(?:-merkledb)?/{HASH}", ChunksHandler),
    (rf"{CAS}/(?:v1/|v2/)?(?:xorb-grants|chunks|file-chunk-hashes|xorbs|reconstructions).*", OptionalHandler),
]
