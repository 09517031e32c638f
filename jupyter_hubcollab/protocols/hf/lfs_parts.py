"""git-lfs for large files, in parts: the transfer that huggingface_hub calls multipart.

The batch gives a sealed URL for each part, and one by which the client says that all are there; until then nothing is
visible. What comes again replaces what came.
"""

from __future__ import annotations

import secrets
from math import ceil
from typing import TYPE_CHECKING, Any

from tornado.web import stream_request_body

from ...access import Actor
from ...errors import BadRequestBody, TooLarge
from ...handler import HubHandler
from ...handler import in_thread as in_long_thread
from ...names import Digest
from ..threads import in_thread
from .base import ROOT, SealedHandler
from .shapes import Json
from .streams import Pump, expect

if TYPE_CHECKING:
    from ...storage.parts import Part
    from .base import HFHandler

LIFETIME_S = 6 * 3600.0
FROM_BYTES = 32 << 20
"""Smaller files go in one piece."""
_SMALLEST_PART = 16 << 20
_MOST_PARTS = 1000
_MIB = 1 << 20


def part_bytes(size: int) -> int:
    """How large the parts of a file are: whole mebibytes, so that a thousand parts are enough."""
    return max(_SMALLEST_PART, ceil(size / _MOST_PARTS / _MIB) * _MIB)


def action_in_parts(handler: HFHandler, oid: Digest, size: int) -> Json:
    """What the client shall do with an object."""
    actor, part = handler.actor, part_bytes(size)
    whole: dict[str, Any] = {"digest": oid, "size": size, "upload": secrets.token_hex(16)}
    whole |= {"user": actor.name, "shown": actor.display_name}
    seal = handler.services.signer.seal
    header = {"chunk_size": str(part)}
    for number, start in enumerate(range(0, size, part), start=1):
        fields = {"upload": whole["upload"], "start": start, "size": min(part, size - start), "number": number}
        header[str(number)] = handler.url(f"lfs/part/{oid}?seal={seal('lfs-part', fields, LIFETIME_S)}")
    href = handler.url(f"lfs/parts/{oid}?seal={seal('lfs-parts', whole, LIFETIME_S)}")
    return {"href": href, "header": header, "expires_in": int(LIFETIME_S)}


@stream_request_body
class PartHandler(SealedHandler):
    """A part on its way in; which one is in the seal."""

    purpose = "lfs-part"
    _part: Part | None = None

    async def prepare(self) -> None:  # type: ignore[override]
        """Check the seal, and begin to receive."""
        self._pump: Pump | None = None
        self._came = 0
        await super().prepare()
        expect(self, self.sealed["size"])
        self._part = await in_thread(self.services.parts.begin, self.sealed["upload"], self.sealed["start"])
        self._pump = Pump(self._part.write)

    async def data_received(self, chunk: bytes) -> None:
        """Take some of it."""
        if self._pump is not None:
            self._came += len(chunk)
            await self._pump.feed(chunk)

    async def put(self, digest: str) -> None:  # noqa: ARG002 -- the seal tells
        """Say that it came."""
        if self._pump is None:
            raise TooLarge("nothing was received")
        await self._pump.end()
        if self._came != self.sealed["size"]:
            raise BadRequestBody(f"this link is for a part of {self.sealed['size']} bytes, not {self._came}")
        self.set_header("ETag", f'"{self.sealed["upload"]}-{self.sealed["number"]}"')
        self.finish()

    def on_finish(self) -> None:
        """Let the file go."""
        self._close()
        super().on_finish()

    def on_connection_close(self) -> None:
        """The sender went away."""
        self._close()
        super().on_connection_close()

    def _close(self) -> None:
        if self._part is not None:
            self._part.close()
            self._part = None


class PartsHandler(SealedHandler):
    """All parts are there; or none shall be."""

    purpose = "lfs-parts"

    async def post(self, digest: str) -> None:
        """Keep the file, if it is what it was announced to be."""
        self._check(digest)
        sender = Actor(self.sealed["user"], self.sealed["shown"])
        await in_long_thread(self.services.parts.finish, self.sealed["upload"], Digest(digest))
        await in_thread(self.services.models.held.note, sender, Digest(digest))
        self.finish({})

    async def delete(self, digest: str) -> None:
        """Forget what came."""
        self._check(digest)
        await in_thread(self.services.parts.abort, self.sealed["upload"])
        self.set_status(204)
        self.finish()

    def _check(self, digest: str) -> None:
        if self.sealed["digest"] != digest:
            raise BadRequestBody("this link is for another object")


_DIGEST = r"(?P<digest>[0-9a-f]{64})"
ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{ROOT}/lfs/part/{_DIGEST}", PartHandler),
    (rf"{ROOT}/lfs/parts/{_DIGEST}", PartsHandler),
]
