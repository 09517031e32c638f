"""What a store of whole blobs can do; blobs are known by the SHA-256 of their bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..names import Digest

PIECE = 1 << 20
"""Bytes that are read or written at once."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes of an open file, which the system can send by itself."""

    file: int
    """Its descriptor."""
    start: int
    end: int


Part = Stretch | Sequence[bytes | memoryview]
"""Bytes to be sent; good until the next part is asked for."""


class Incoming(Protocol):
    """A blob that is arriving; call `finish` or `abort` in the end. Not for several threads at once."""

    def write(self, piece: bytes) -> None:
        """Take the next bytes.

        Raises:
            StorageFull: there is no room for them.
        """

    def finish(self, expected: Digest | None = None) -> Digest:
        """Make the blob visible, all of it and durably; then it has this digest.

        Raises:
            DigestMismatch: other bytes came than *expected*; nothing is kept.
            StorageFull: there is no room; nothing is kept.
        """

    def abort(self) -> None:
        """Forget what came; does nothing after `finish`."""


class Blobs(Protocol):
    """A store of whole blobs."""

    def has(self, digest: Digest) -> bool:
        """Is it here, whole?"""

    def size(self, digest: Digest) -> int:
        """Its length in bytes.

        Raises:
            BlobNotFound: it is not here.
        """

    def incoming(self) -> Incoming:
        """Begin to receive a blob."""

    def put(self, chunks: Iterable[bytes], expected: Digest | None = None) -> Digest:
        """Receive a blob that is at hand; errors as `Incoming.finish`."""

    def read(self, digest: Digest, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from *start* up to *end*, in pieces.

        Raises:
            BlobNotFound: it is not here.
        """

    def parts(self, digest: Digest, start: int, end: int) -> Iterator[Part]:
        """The bytes from *start* up to *end*, to be sent; errors as `read`."""

    def path(self, digest: Digest) -> Path | None:
        """The local file that holds exactly these bytes, if there is one; do not change it."""


def receive(incoming: Incoming, chunks: Iterable[bytes], expected: Digest | None) -> Digest:
    """Drive *incoming* from begin to end."""
    try:
        for chunk in chunks:
            incoming.write(chunk)
        return incoming.finish(expected)
    finally:
        incoming.abort()
