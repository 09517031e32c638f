"""What every store of blobs promises; each store runs through the same tests."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from memory_blobs import MemoryBlobs

from jupyter_hubcollab.errors import BlobNotFound, DigestMismatch
from jupyter_hubcollab.names import Digest
from jupyter_hubcollab.storage.blobs import PIECE, Blobs, Part, Stretch
from jupyter_hubcollab.storage.local import LocalBlobs


def _memory_blobs(_folder: Path) -> Blobs:
    return MemoryBlobs()


@pytest.fixture(params=[LocalBlobs, _memory_blobs], ids=["local", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    make: Callable[[Path], Blobs] = request.param
    return make(tmp_path)


def digest_of(content: bytes) -> Digest:
    return Digest(hashlib.sha256(content).hexdigest())


def sent(part: Part) -> bytes:
    """What goes to a client."""
    return os.pread(part.file, part.end - part.start, part.start) if isinstance(part, Stretch) else b"".join(part)


def test_what_was_put_can_be_read(blobs: Blobs) -> None:
    """The digest that comes back leads to the bytes."""
    digest = blobs.put([b"hello ", b"world"])

    assert digest == digest_of(b"hello world")
    assert blobs.has(digest)
    assert blobs.size(digest) == 11
    assert b"".join(blobs.read(digest)) == b"hello world"


@pytest.mark.parametrize(("start", "end"), [(0, 0), (0, 1), (3, 9), (PIECE - 1, PIECE + 1), (5, None), (0, 10**9)])
def test_a_part_can_be_read(blobs: Blobs, start: int, end: int | None) -> None:
    """A range gives the bytes that a slice would give."""
    content = bytes(range(256)) * 5000
    digest = blobs.put([content])

    assert b"".join(blobs.read(digest, start, end)) == content[start:end]
    stop = len(content) if end is None else min(end, len(content))
    assert b"".join(map(sent, blobs.parts(digest, start, stop))) == content[start:end]


def test_an_empty_blob_is_a_blob(blobs: Blobs) -> None:
    """No bytes are bytes too."""
    digest = blobs.put([])

    assert blobs.size(digest) == 0
    assert b"".join(blobs.read(digest)) == b""


def test_other_bytes_than_announced_are_refused(blobs: Blobs) -> None:
    """A damaged upload is not kept."""
    with pytest.raises(DigestMismatch):
        blobs.put([b"damaged"], digest_of(b"whole"))

    assert not blobs.has(digest_of(b"whole"))
    assert not blobs.has(digest_of(b"damaged"))


def test_a_blob_that_is_not_here_is_said_to_be_missing(blobs: Blobs) -> None:
    """Size and content name the error."""
    with pytest.raises(BlobNotFound):
        blobs.size(digest_of(b"none"))
    with pytest.raises(BlobNotFound):
        blobs.read(digest_of(b"none"))

    assert blobs.path(digest_of(b"none")) is None


def test_an_aborted_upload_leaves_nothing(blobs: Blobs) -> None:
    """What was cancelled is not there."""
    incoming = blobs.incoming()
    incoming.write(b"half")

    incoming.abort()

    assert not blobs.has(digest_of(b"half"))


def test_the_same_bytes_may_come_twice(blobs: Blobs) -> None:
    """A second upload of a blob is no conflict."""
    assert blobs.put([b"same"]) == blobs.put([b"same"])
