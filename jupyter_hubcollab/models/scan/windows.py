"""A part of a file, read as if it were a whole one: the members of an archive are scanned where they lie."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 1 << 20


class Window(io.RawIOBase):
    """The *size* bytes of *source* from *start*."""

    def __init__(self, source: BinaryIO, start: int, size: int) -> None:
        self._source = source
        self._start = start
        self._size = size
        self._here = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be moved in."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move, as files do."""
        base = (0, self._here, self._size)[whence]
        self._here = max(0, base + offset)
        return self._here

    def tell(self) -> int:
        """Where it stands."""
        return self._here

    def readinto(self, buffer: object) -> int:
        """Fill *buffer* from where it stands."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        wanted = max(0, min(len(view), self._size - self._here))
        self._source.seek(self._start + self._here)
        found = self._source.read(wanted)
        view[: len(found)] = found
        self._here += len(found)
        return len(found)


def window(source: BinaryIO, start: int, size: int) -> BinaryIO:
    """The *size* bytes of *source* from *start*, buffered."""
    return io.BufferedReader(Window(source, start, size), buffer_size=1 << 16)


def chunks(source: BinaryIO) -> Iterator[bytes]:
    """All bytes of *source*; others may move in it meanwhile."""
    at = 0
    while True:
        source.seek(at)
        chunk = source.read(CHUNK)
        if not chunk:
            return
        at += len(chunk)
        yield chunk


def places(source: BinaryIO, pattern: bytes) -> Iterator[int]:
    """Where *pattern* stands in *source*."""
    keep = len(pattern) - 1
    tail, offset = b"", 0
    for chunk in chunks(source):
        text = tail + chunk
        at = text.find(pattern)
        while at >= 0:
            yield offset - len(tail) + at
            at = text.find(pattern, at + 1)
        offset += len(chunk)
        tail = text[-keep:] if keep else b""
