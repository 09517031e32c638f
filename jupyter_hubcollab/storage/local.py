"""Blobs as files on a local disk: ``lfs/aa/bb/<sha256>``, the layout of git-lfs."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from ..errors import BlobNotFound, DigestMismatch
from ..names import Digest
from .blobs import PIECE, Incoming, Part, Stretch, receive
from .files import publish, room_needed


class LocalBlobs:
    """Whole blobs in a folder; what has its name there is complete and verified."""

    def __init__(self, folder: Path) -> None:
        self._whole = folder / "lfs"
        self._scratch = folder / "incoming"
        self._whole.mkdir(parents=True, exist_ok=True)
        self._scratch.mkdir(parents=True, exist_ok=True)

    def has(self, digest: Digest) -> bool:
        """Is it here, whole?"""
        return self._file(digest).is_file()

    def size(self, digest: Digest) -> int:
        """Its length in bytes."""
        try:
            return self._file(digest).stat().st_size
        except FileNotFoundError:
            raise _missing(digest) from None

    def incoming(self) -> Incoming:
        """Begin to receive a blob."""
        return LocalIncoming(self._scratch, self._file)

    def put(self, chunks: Iterable[bytes], expected: Digest | None = None) -> Digest:
        """Receive a blob that is at hand."""
        return receive(self.incoming(), chunks, expected)

    def adopt(self, file: Path, expected: Digest) -> None:
        """Make a finished file on the same disk a blob, without copying it.

        Raises:
            DigestMismatch: it holds other bytes.
        """
        with file.open("rb") as source:
            found = hashlib.file_digest(source, "sha256").hexdigest()
            os.fsync(source.fileno())
        if found != expected:
            raise DigestMismatch(f"the bytes that came have SHA-256 {found}, not {expected}; send them again")
        publish(file, self._file(expected))

    def read(self, digest: Digest, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from *start* up to *end*, in pieces."""
        try:
            file = self._file(digest).open("rb", buffering=0)
        except FileNotFoundError:
            raise _missing(digest) from None
        return _pieces(file, start, end)

    def parts(self, digest: Digest, start: int, end: int) -> Iterator[Part]:
        """The bytes from *start* up to *end*, to be sent; errors as `read`."""
        try:
            file = self._file(digest).open("rb", buffering=0)
        except FileNotFoundError:
            raise _missing(digest) from None
        return _stretch(file, start, end)

    def path(self, digest: Digest) -> Path | None:
        """The file itself."""
        file = self._file(digest)
        return file if file.is_file() else None

    def digests(self) -> Iterator[Digest]:
        """All blobs here."""
        for file in self._whole.glob("??/??/*"):
            yield Digest(file.name)

    def remove(self, digest: Digest) -> None:
        """Forget a blob; one that is not here is fine."""
        self._file(digest).unlink(missing_ok=True)

    def _file(self, digest: Digest) -> Path:
        return self._whole / digest[:2] / digest[2:4] / digest


class LocalIncoming:
    """Bytes on their way into a temporary file, hashed as they come."""

    def __init__(self, scratch: Path, place: Callable[[Digest], Path]) -> None:
        self._place = place
        self._hash = hashlib.sha256()
        with room_needed("an upload"):
            handle, name = tempfile.mkstemp(dir=scratch)
        self._temporary = Path(name)
        self._file = os.fdopen(handle, "wb", buffering=PIECE)

    def write(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._hash.update(piece)
        with room_needed("an upload"):
            self._file.write(piece)

    def finish(self, expected: Digest | None = None) -> Digest:
        """Make the blob visible."""
        found = Digest(self._hash.hexdigest())
        if expected is not None and found != expected:
            raise DigestMismatch(f"the bytes that came have SHA-256 {found}, not {expected}; send them again")
        with room_needed("an upload"):
            self._file.flush()
            os.fsync(self._file.fileno())
            publish(self._temporary, self._place(found))
        return found

    def abort(self) -> None:
        """Forget what came."""
        with suppress(OSError):  # a full disk takes no buffer; the file goes anyway
            self._file.close()
        self._temporary.unlink(missing_ok=True)


def _pieces(file: IO[bytes], start: int, end: int | None) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = None if end is None else end - start
        while left is None or left > 0:
            piece = file.read(PIECE if left is None else min(PIECE, left))
            if not piece:
                return
            yield piece
            left = None if left is None else left - len(piece)


def _stretch(file: IO[bytes], start: int, end: int) -> Iterator[Part]:
    with file:
        yield Stretch(file.fileno(), start, end)


def _missing(digest: Digest) -> BlobNotFound:
    return BlobNotFound(f"no blob {digest} is stored here; send its bytes first")
