"""``hubcollab/api/blobs/…``: the bytes of a publication, sent before it; only those that the hub lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tornado.web import stream_request_body

from ..access import require, require_scope
from ..errors import AccessDenied, BadInput, NotFound, TooLarge
from ..handler import HubHandler, in_thread
from ..names import digest, repo_id
from ..wire import BlobsAsked, BlobsMissing, PartReceived

if TYPE_CHECKING:
    from ..hub.repos import Repo
    from ..storage.blobs import Incoming

MOST_ASKED = 20_000
PIECE = 1 << 20
LARGEST_PART = 16 << 20


def require_room(handler: HubHandler, size: int) -> None:
    """Refuse bytes that the repo they are for, if the sender names it and may write there, could never keep.

    Raises:
        QuotaExceeded: its namespace would hold too much.
    """
    repo = _repo_of(handler)
    if repo is not None:
        handler.services.quotas.require_room_to_send(repo, size)


def note_arrival(handler: HubHandler, size: int) -> None:
    """Keep in mind that bytes came for a repo that no commit names yet."""
    repo = _repo_of(handler)
    if repo is not None:
        handler.services.quotas.note_arrival(repo, size)


def _repo_of(handler: HubHandler) -> Repo | None:
    """The repo that the query names; None also if there is none yet, or the sender may not write to it."""
    text = handler.get_query_argument("repo", "")
    if not text:
        return None
    kind = handler.get_query_argument("kind", "model")
    try:
        found = handler.services.repos.get(handler.actor, repo_id(text, kind))
        require(handler.actor, "write", found)
    except (NotFound, AccessDenied):
        return None
    return found


class BlobsMissingHandler(HubHandler):
    """What must be sent."""

    async def post(self) -> None:
        """Those of the digests that the hub lacks, or knows from places that the asker may not read."""
        require_scope(self.actor, "write")
        asked = self.body(BlobsAsked).digests
        if len(asked) > MOST_ASKED:
            raise BadInput(f"ask for at most {MOST_ASKED:,} blobs at once")
        missing = await in_thread(self.services.models.held.missing, self.actor, [digest(one) for one in asked])
        self.reply(BlobsMissing(digests=list(missing)))


@stream_request_body
class BlobHandler(HubHandler):
    """One blob on its way in; a megabyte of it is in memory at a time."""

    _incoming: Incoming | None = None
    _received = 0

    async def prepare(self) -> None:  # type: ignore[override]
        """Log in, and begin to receive."""
        await super().prepare()
        require_scope(self.actor, "write")
        self._held: bytearray = bytearray()
        most = self.services.config.max_upload_bytes
        length = self.request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > most:
            raise TooLarge(f"a file may have {most:,} bytes at most (setting max_upload_bytes)")
        self.request.connection.set_max_body_size(most)  # type: ignore[union-attr]
        if length.isdecimal():
            await in_thread(require_room, self, int(length))
        self._incoming = await in_thread(self.services.models.held.incoming)

    async def data_received(self, chunk: bytes) -> None:
        """Take a part of the body."""
        self._held += chunk
        self._received += len(chunk)
        if len(self._held) >= PIECE:
            await self._write()

    async def put(self, sha256: str) -> None:
        """Keep it, if it is what it was announced to be."""
        expected = digest(sha256)
        await self._write()
        if self._incoming is not None:
            await in_thread(self.services.models.held.finish, self.actor, self._incoming, expected)
            await in_thread(note_arrival, self, self._received)
        self.set_status(204)
        self.finish()

    async def _write(self) -> None:
        piece, self._held = bytes(self._held), bytearray()
        if piece and self._incoming is not None:
            await in_thread(self._incoming.write, piece)

    def on_finish(self) -> None:
        """Forget what was not kept."""
        if self._incoming is not None:
            self._incoming.abort()
        super().on_finish()

    def on_connection_close(self) -> None:
        """The sender went away."""
        if self._incoming is not None:
            self._incoming.abort()
        super().on_connection_close()


class PartHandler(HubHandler):
    """A large blob that comes in parts, so that a lost connection costs one of them and not all."""

    async def get(self, sha256: str) -> None:
        """How much of it the asker has sent."""
        require_scope(self.actor, "write")
        there = await in_thread(self.services.models.held.received, self.actor, digest(sha256))
        self.reply(PartReceived(received=there, is_done=False))

    async def put(self, sha256: str) -> None:
        """Take the bytes from ``offset`` on; the answer tells from where to go on."""
        require_scope(self.actor, "write")
        expected, part = digest(sha256), self.request.body
        offset, total = self._number("offset"), self._number("total")
        if total > self.services.config.max_upload_bytes or len(part) > LARGEST_PART:
            raise TooLarge(f"a part has {LARGEST_PART:,} bytes at most, a file what setting max_upload_bytes allows")
        if not offset:
            await in_thread(require_room, self, total)
        add = self.services.models.held.add_part
        there = await in_thread(add, self.actor, expected, part, offset=offset, total=total)
        if there == total:
            await in_thread(note_arrival, self, total)
        self.reply(PartReceived(received=there, is_done=there == total))

    def _number(self, name: str) -> int:
        text = self.get_query_argument(name, "")
        if not text.isascii() or not text.isdecimal() or len(text) > 15:
            raise BadInput(f"{name} takes a number of bytes")
        return int(text)


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/blobs/missing", BlobsMissingHandler),
    (r"/hubcollab/api/blobs/([0-9a-f]{64})", BlobHandler),
    (r"/hubcollab/api/blobs/([0-9a-f]{64})/part", PartHandler),
]
