"""Xorbs as files on a local disk: up to 8192 chunks in a row, as the client sent them, immutable.

``xorbs/aa/bb/<hash>`` holds the chunks without the footer that clients may append. A xorb is checked while it arrives:
each chunk is unpacked and hashed, and the Merkle hash of all must be the xorb's name before the file gets it.
"""

from __future__ import annotations

import mmap
import os
import secrets
import struct
import sys
import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import IO

from ..clock import utc_now
from ..errors import BadRequestBody, BlobNotFound, DigestMismatch, TooLarge
from .blobs import Stretch
from .chunks import HEADER_BYTES, chunk_header, unpacked
from .files import publish, room_needed, write_whole
from .merkle import HASH_BYTES, Node, XetHash, chunk_hash, shown, xorb_hash

MOST_CHUNKS = 8192
LARGEST_XORB = 64 << 20
"""Bytes of content; headers and the footer come on top."""
LARGEST_XORB_BODY = LARGEST_XORB + (2 << 20)
_FOOTER = b"XETBLOB"
_COUNT = struct.Struct("<I")
_ABANDONED_AFTER = timedelta(days=1)
_BRING_IN = 22
"""``MADV_POPULATE_READ`` of Linux 5.14: unlike a touch, it says what cannot be read instead of ending the process."""
_MOST_VIEWED = 8 << 20
"""So many bytes behind what is looked at now count as memory of the process."""


def _gone(xorb: XetHash) -> BlobNotFound:
    return BlobNotFound(f"the xorb {xorb} is gone from this hub's storage; upload the file again")


@dataclass(frozen=True)
class XorbIndex:
    """Where the chunks of a xorb lie, how long they are, and their hashes."""

    ends: array[int]
    """Offset in the file behind each chunk."""
    sizes: array[int]
    """Bytes of content of each chunk."""
    hashes: bytes
    """32 bytes for each chunk."""

    def __len__(self) -> int:
        return len(self.sizes)

    @cached_property
    def offsets(self) -> list[int]:
        """Offset in the content before each chunk, and behind the last."""
        return list(accumulate(self.sizes, initial=0))

    def content_size(self, start: int, end: int) -> int:
        """Bytes of content of the chunks from *start* up to *end*."""
        return self.offsets[end] - self.offsets[start]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the file the chunks from *start* up to *end* lie."""
        return (self.ends[start - 1] if start else 0), self.ends[end - 1]

    def at(self, offset: int) -> int:
        """The chunk that holds byte *offset* of the content."""
        return bisect_right(self.offsets, offset) - 1

    def nodes(self, start: int, end: int) -> Iterator[Node]:
        """Hash and size of the chunks from *start* up to *end*."""
        for chunk in range(start, end):
            yield self.hashes[chunk * HASH_BYTES : (chunk + 1) * HASH_BYTES], self.sizes[chunk]

    def packed(self) -> bytes:
        """As the SQL index keeps it: 40 bytes a chunk."""
        return _COUNT.pack(len(self)) + _little(self.ends) + _little(self.sizes) + self.hashes

    @classmethod
    def unpacked(cls, content: bytes) -> XorbIndex:
        """What `packed` made."""
        (count,) = _COUNT.unpack_from(content)
        numbers = array("I", content[4 : 4 + 8 * count])
        if sys.byteorder == "big":
            numbers.byteswap()
        return cls(numbers[:count], numbers[count:], content[4 + 8 * count :])


def _little(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers = array("I", numbers)
        numbers.byteswap()
    return numbers.tobytes()


class Xorbs:
    """Xorbs in a folder; what has its name there is complete and verified."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = utc_now) -> None:
        self._whole = folder / "xorbs"
        self._scratch = folder / "incoming"
        self._whole.mkdir(parents=True, exist_ok=True)
        self._scratch.mkdir(parents=True, exist_ok=True)
        self._forget_abandoned(now())

    def has(self, xorb: XetHash) -> bool:
        """Is it here, whole?"""
        return self._file(xorb).is_file()

    def identity(self) -> str:
        """A name that this folder got when it was made; an emptied folder gets another one."""
        file = self._whole / "identity"
        if not file.is_file():
            write_whole(file, secrets.token_hex(4).encode(), self._scratch)
        return file.read_text()

    def incoming(self) -> IncomingXorb:
        """Begin to receive a xorb."""
        return IncomingXorb(self)

    def open(self, xorb: XetHash) -> OpenXorb:
        """The file of a xorb; close it.

        Raises:
            BlobNotFound: the xorb is not here.
        """
        try:
            return OpenXorb(self._file(xorb).open("rb", buffering=0), xorb)
        except FileNotFoundError:
            raise _gone(xorb) from None

    def all(self) -> Iterator[tuple[XetHash, int]]:
        """All xorbs here, and the sizes of their files."""
        for file in self._whole.glob("??/??/*"):
            with suppress(FileNotFoundError):
                yield XetHash(file.name), file.stat().st_size

    def changed_at(self, xorb: XetHash) -> float:
        """When the file was written, in seconds; now, if it is not here."""
        try:
            return self._file(xorb).stat().st_mtime
        except FileNotFoundError:
            return utc_now().timestamp()

    def indexed(self, xorb: XetHash) -> XorbIndex:
        """Read and check a xorb again, and work out its index.

        Raises:
            HubError: it is not what its name says.
        """
        checking = CheckedXorb()
        with self._file(xorb).open("rb", buffering=0) as file:
            while piece := file.read(1 << 20):
                checking.take(piece)
        return checking.index(xorb)

    def remove(self, xorb: XetHash) -> None:
        """Forget a xorb; one that is not here is fine."""
        self._file(xorb).unlink(missing_ok=True)

    def scratch(self) -> Path:
        """A new temporary file on the same disk."""
        with room_needed("an upload"):
            handle, name = tempfile.mkstemp(dir=self._scratch)
        os.close(handle)
        return Path(name)

    def publish(self, temporary: Path, xorb: XetHash) -> None:
        """Give a finished and synced file its name."""
        publish(temporary, self._file(xorb))

    def _forget_abandoned(self, now: datetime) -> None:
        """Remove what a killed server left half-written; younger files may be of a process that runs."""
        for file in self._scratch.iterdir():
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < (now - _ABANDONED_AFTER).timestamp():
                    file.unlink()

    def _file(self, xorb: XetHash) -> Path:
        return self._whole / xorb[:2] / xorb[2:4] / xorb


class OpenXorb:
    """The file of a xorb, also when the xorb is removed meanwhile."""

    def __init__(self, file: IO[bytes], xorb: XetHash) -> None:
        self._file = file
        self._xorb = xorb
        self._shown: mmap.mmap | None = None
        self._shown_from = 0

    def __enter__(self) -> OpenXorb:
        return self

    def __exit__(self, *_: object) -> None:
        self._shown = None  # it goes with the last view of it
        self._file.close()

    def view(self, start: int, end: int) -> memoryview | None:
        """The bytes from *start* up to *end* where the system keeps them, without a copy; None: read them instead."""
        if sys.platform != "linux":
            return None
        try:
            if self._shown is None:
                self._shown = mmap.mmap(self._file.fileno(), 0, prot=mmap.PROT_READ)
            first = start - start % mmap.PAGESIZE
            self._shown.madvise(_BRING_IN, first, end - first)
            if first > self._shown_from + _MOST_VIEWED:
                self._shown.madvise(mmap.MADV_DONTNEED, self._shown_from, first - self._shown_from)
                self._shown_from = first
        except (OSError, ValueError):
            return None
        found = memoryview(self._shown)[start:end]
        return found if len(found) == end - start else None

    def read_into(self, room: memoryview, start: int) -> None:
        """Fill *room* with the bytes from *start* on.

        Raises:
            BlobNotFound: there are not so many.
        """
        while room:
            got = os.preadv(self._file.fileno(), [room], start)
            if not got:
                raise _gone(self._xorb)
            room, start = room[got:], start + got

    def stretch(self, start: int, end: int) -> Stretch:
        """The bytes from *start* up to *end*, as they are."""
        return Stretch(self._file.fileno(), start, end)


class CheckedXorb:
    """A xorb that is looked through piece by piece: its chunks are unpacked and hashed."""

    def __init__(self) -> None:
        self._rest = b""
        self._ended = False
        self._length = 0
        self._ends = array("I")
        self._sizes = array("I")
        self._hashes = bytearray()

    def take(self, piece: bytes) -> memoryview:
        """Look at the next bytes; those that are whole chunks by now.

        Raises:
            BadRequestBody: they are no chunks.
            TooLarge: the xorb has more chunks or bytes than the protocol allows.
        """
        if self._ended:
            return memoryview(b"")
        piece = self._rest + piece
        done = 0
        while not self._ended and (end := self._chunk_end(piece, done)) is not None:
            done = end
        self._rest = b"" if self._ended else piece[done:]
        return memoryview(piece)[:done]

    def index(self, expected: XetHash) -> XorbIndex:
        """Where the chunks lie, after the last piece.

        Raises:
            BadRequestBody: it ends in the middle of a chunk, or has none.
            DigestMismatch: its Merkle hash is not *expected*.
        """
        index = XorbIndex(self._ends, self._sizes, bytes(self._hashes))
        if self._rest or not len(index):
            raise BadRequestBody("the xorb is cut off or empty; upload it again")
        found = shown(xorb_hash(index.nodes(0, len(index))))
        if found != expected:
            raise DigestMismatch(f"the chunks that came make the xorb {found}, not {expected}; upload them again")
        return index

    def _chunk_end(self, piece: bytes, begin: int) -> int | None:
        """Note the chunk at *begin* and say where it ends; None if it is not here whole, or the footer is reached."""
        head = piece[begin : begin + HEADER_BYTES]
        if len(head) < HEADER_BYTES:
            return None
        if head.startswith(_FOOTER):
            self._ended = True
            return None
        header = chunk_header(head)
        end = begin + HEADER_BYTES + header.packed
        if end > len(piece):
            return None
        content = unpacked(header, piece[begin + HEADER_BYTES : end])
        self._note(end - begin, header.size, chunk_hash(content))
        return end

    def _note(self, length: int, size: int, hashed: bytes) -> None:
        self._length += length
        if len(self._sizes) >= MOST_CHUNKS or self._length > LARGEST_XORB_BODY:
            raise TooLarge(f"a xorb has at most {MOST_CHUNKS} chunks and {LARGEST_XORB >> 20} MiB")
        self._ends.append(self._length)
        self._sizes.append(size)
        self._hashes += hashed


class IncomingXorb:
    """A xorb on its way into a temporary file, checked as it comes. Not for several threads at once."""

    def __init__(self, xorbs: Xorbs) -> None:
        self._xorbs = xorbs
        self._temporary = xorbs.scratch()
        self._file = self._temporary.open("wb", buffering=0)
        self._checked = CheckedXorb()

    def write(self, piece: bytes) -> None:
        """Take the next bytes; errors as `CheckedXorb.take`.

        Raises:
            StorageFull: there is no room for them.
        """
        whole = self._checked.take(piece)
        with room_needed("an upload"):
            self._write_all(whole)

    def checked(self, expected: XetHash) -> XorbIndex:
        """Where the chunks lie; errors as `CheckedXorb.index`."""
        return self._checked.index(expected)

    def sync(self) -> None:
        """Wait until the bytes are on the disk.

        Raises:
            StorageFull: there is no room for them.
        """
        with room_needed("an upload"):
            os.fsync(self._file.fileno())

    def finish(self, expected: XetHash) -> XorbIndex:
        """Make the xorb visible, all of it and durably; errors as `CheckedXorb.index`.

        Raises:
            StorageFull: there is no room; nothing is kept.
        """
        index = self.checked(expected)
        self.sync()
        with room_needed("an upload"):
            self._xorbs.publish(self._temporary, expected)
        return index

    def abort(self) -> None:
        """Forget what came; does nothing to a xorb that was finished."""
        with suppress(OSError):
            self._file.close()
        self._temporary.unlink(missing_ok=True)

    def _write_all(self, content: memoryview) -> None:
        while content:
            content = content[self._file.write(content) :]
