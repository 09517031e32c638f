"""Uploads in parts."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest
from people import Clock

from jupyter_hubcollab.errors import TooLarge
from jupyter_hubcollab.names import Digest
from jupyter_hubcollab.storage.local import LocalBlobs
from jupyter_hubcollab.storage.partials import KEPT, Partials

CONTENT = b"abcdef"
DIGEST = Digest(hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path / "blobs")


@pytest.fixture
def partials(tmp_path: Path, blobs: LocalBlobs) -> Partials:
    return Partials(tmp_path / "uploads", blobs, Clock())


def test_parts_become_one_blob(partials: Partials, blobs: LocalBlobs) -> None:
    """With the last part the file is there, and nothing is left of the parts."""
    partials.add("ann", DIGEST, CONTENT[:2], offset=0, total=6)
    partials.add("ann", DIGEST, CONTENT[2:], offset=2, total=6)

    assert b"".join(blobs.read(DIGEST)) == CONTENT
    assert partials.received("ann", DIGEST) == 0


def test_nobody_learns_what_another_has_sent(partials: Partials) -> None:
    """Parts belong to who sent them."""
    partials.add("ann", DIGEST, CONTENT[:2], offset=0, total=6)

    assert partials.received("bob", DIGEST) == 0


def test_more_than_announced_is_refused(partials: Partials) -> None:
    """The announced size is the limit that was checked."""
    with pytest.raises(TooLarge):
        partials.add("ann", DIGEST, CONTENT, offset=0, total=5)


def test_what_nobody_went_on_with_is_forgotten(tmp_path: Path, blobs: LocalBlobs) -> None:
    """Cancelled uploads do not fill the disk for ever."""
    clock = Clock()
    partials = Partials(tmp_path / "uploads", blobs, clock)
    partials.add("ann", DIGEST, CONTENT[:2], offset=0, total=6)
    (old,) = (tmp_path / "uploads").iterdir()
    at = (clock.now - KEPT - timedelta(hours=1)).timestamp()
    os.utime(old, (at, at))

    partials.sweep()

    assert partials.received("ann", DIGEST) == 0
