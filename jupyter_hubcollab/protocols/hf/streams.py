"""Bodies that come, from the event loop to threads; the ranges of files that are asked for, and how files are shown."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from ...errors import HubError
from ..threads import in_thread

if TYPE_CHECKING:
    from .base import HFHandler

PIECE = 1 << 20
_READ_AT_ONCE = 256 << 10
_SHOWN_AS_TEXT = {"text/html", "text/xml", "application/xhtml+xml", "application/xml", "image/svg+xml"}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Pump:
    """Carries a body to *write* in a thread, a mebibyte at a time; after an error the rest is thrown away.

    The sender hears of the error when it has sent everything: few clients listen before.
    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._held: list[bytes] = []
        self._size = 0
        self._failure: HubError | None = None

    async def feed(self, chunk: bytes) -> None:
        """Take a part of the body; done when there is room for more."""
        if self._failure is None:
            self._held.append(chunk)
            self._size += len(chunk)
            if self._size >= PIECE:
                await self._flush()

    async def end(self) -> None:
        """Write the rest; raises what went wrong on the way."""
        if self._held:
            await self._flush()
        if self._failure is not None:
            raise self._failure

    async def _flush(self) -> None:
        piece, self._held, self._size = b"".join(self._held), [], 0
        try:
            await in_thread(self._write, piece)
        except HubError as error:
            self._failure = error


def expect(handler: HFHandler, size: int) -> None:
    """Let a body of at most *size* bytes come; a large one is read in large pieces, which spares the event loop."""
    connection = handler.request.connection
    connection.set_max_body_size(size)  # type: ignore[union-attr]
    stream, parameters = getattr(connection, "stream", None), getattr(connection, "params", None)
    if size > PIECE and stream is not None and parameters is not None:
        stream.read_chunk_size = max(stream.read_chunk_size, _READ_AT_ONCE)
        connection.params = copy(parameters)  # type: ignore[union-attr]
        connection.params.chunk_size = PIECE  # type: ignore[union-attr]


def protect(handler: HFHandler, path: str) -> None:
    """A file must not act in a browser as a page of this server would."""
    guessed = mimetypes.guess_type(path)[0] or "application/octet-stream"
    handler.set_header("Content-Type", "text/plain; charset=utf-8" if guessed in _SHOWN_AS_TEXT else guessed)
    handler.set_header("X-Content-Type-Options", "nosniff")
    handler.set_header("Content-Security-Policy", "default-src 'none'; sandbox")
    handler.set_header("Content-Disposition", f"inline; filename*=UTF-8''{quote(path.rpartition('/')[2], safe='')}")
    handler.set_header("Cache-Control", "no-cache")


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes of a file that go into an answer: from *start* up to *end* of *size*."""

    start: int
    end: int
    size: int
    is_part: bool

    @property
    def content_range(self) -> str:
        """The header's value."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


def span_of(asked: str, size: int) -> Span | None:
    """What a ``Range`` header asks of a file; None where the file has no such bytes.

    What is no single range of bytes is answered with the whole, as the standard allows.
    """
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found[0] == "bytes=-":
        return Span(0, size, size, False)
    first, last = found[1], found[2]
    if not first:
        length = min(int(last), size)
        return Span(size - length, size, size, True) if length else None
    start, end = int(first), min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return Span(0, size, size, False)
    return Span(start, end, size, True) if start < size else None
