"""One store of two: whole blobs, and files kept as chunks. Both are read by SHA-256."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from ..names import Digest
from .blobs import Incoming, Part
from .local import LocalBlobs
from .merkle import Node


class Chunked(Protocol):
    """A store that keeps files as chunks."""

    def has(self, sha256: Digest) -> bool:
        """Is the file here, verified?"""

    def size(self, sha256: Digest) -> int:
        """Its length in bytes."""

    def read(self, sha256: Digest, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from *start* up to *end*, in pieces."""

    def chunks(self, sha256: Digest) -> Iterator[Node]:
        """Hash and size of its chunks, in its order."""

    def parts(self, sha256: Digest, start: int, end: int) -> Iterator[Part]:
        """The same, to be sent."""

    def file_of(self, sha256: Digest) -> str | None:
        """The name by which a client fetches its chunks."""

    def files_of(self, sha256s: Iterable[Digest]) -> dict[Digest, str]:
        """The names of those files that are here."""


class PooledBlobs:
    """Puts whole blobs; reads whichever form is there."""

    def __init__(self, whole: LocalBlobs, chunked: Chunked) -> None:
        self.whole = whole
        self.chunked = chunked

    def has(self, digest: Digest) -> bool:
        """Is it here, in either form?"""
        return self.whole.has(digest) or self.chunked.has(digest)

    def size(self, digest: Digest) -> int:
        """Its length in bytes."""
        return self.whole.size(digest) if self.whole.has(digest) else self.chunked.size(digest)

    def incoming(self) -> Incoming:
        """Begin to receive a whole blob."""
        return self.whole.incoming()

    def put(self, chunks: Iterable[bytes], expected: Digest | None = None) -> Digest:
        """Receive a whole blob that is at hand."""
        return self.whole.put(chunks, expected)

    def read(self, digest: Digest, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from *start* up to *end*, in pieces."""
        if self.whole.has(digest):
            return self.whole.read(digest, start, end)
        return self.chunked.read(digest, start, end)

    def chunks(self, digest: Digest) -> Iterator[Node]:
        """Hash and size of the chunks of a file; none of a whole blob, of which chunks are not known."""
        return iter(()) if self.whole.has(digest) else self.chunked.chunks(digest)

    def parts(self, digest: Digest, start: int, end: int) -> Iterator[Part]:
        """The bytes from *start* up to *end*, to be sent."""
        if self.whole.has(digest):
            return self.whole.parts(digest, start, end)
        return self.chunked.parts(digest, start, end)

    def path(self, digest: Digest) -> Path | None:
        """The file of a whole blob; a file in chunks has none."""
        return self.whole.path(digest)

    def xet_hash(self, digest: Digest) -> str | None:
        """The name by which a client fetches the chunks of a file itself; None for whole blobs."""
        return self.chunked.file_of(digest)

    def xet_hashes(self, digests: Iterable[Digest]) -> dict[Digest, str]:
        """The same for many files at once; those that are only whole blobs are not in it."""
        return self.chunked.files_of(digests)
