"""A store of blobs in memory, for tests; it passes the same tests as the real one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from jupyter_hubcollab.errors import BlobNotFound, DigestMismatch
from jupyter_hubcollab.names import Digest
from jupyter_hubcollab.storage.blobs import Incoming, Part, receive


class MemoryBlobs:
    """Blobs in a dict."""

    def __init__(self) -> None:
        self.stored: dict[Digest, bytes] = {}

    def has(self, digest: Digest) -> bool:
        return digest in self.stored

    def size(self, digest: Digest) -> int:
        return len(self._get(digest))

    def incoming(self) -> Incoming:
        return MemoryIncoming(self.stored)

    def put(self, chunks: Iterable[bytes], expected: Digest | None = None) -> Digest:
        return receive(self.incoming(), chunks, expected)

    def read(self, digest: Digest, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        return iter([self._get(digest)[start:end]])

    def parts(self, digest: Digest, start: int, end: int) -> Iterator[Part]:
        return iter([[self._get(digest)[start:end]]])

    def path(self, digest: Digest) -> Path | None:
        return None

    def _get(self, digest: Digest) -> bytes:
        if digest not in self.stored:
            raise BlobNotFound(f"no blob {digest}")
        return self.stored[digest]


class MemoryIncoming:
    """A blob that is arriving."""

    def __init__(self, stored: dict[Digest, bytes]) -> None:
        self._stored = stored
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> None:
        self._pieces.append(piece)

    def finish(self, expected: Digest | None = None) -> Digest:
        content = b"".join(self._pieces)
        found = Digest(hashlib.sha256(content).hexdigest())
        if expected not in (None, found):
            raise DigestMismatch(f"{found} is not {expected}")
        self._stored[found] = content
        return found

    def abort(self) -> None:
        self._pieces.clear()
