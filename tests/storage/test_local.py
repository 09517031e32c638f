"""Blobs on disk appear whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from jupyter_hubcollab.storage.local import LocalBlobs


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_disk_without_room_keeps_nothing(tmp_path: Path) -> None:
    """When a write fails, the upload is refused and no part of it stays."""
    LocalBlobs(tmp_path)
    code = f"""
import resource, signal
from pathlib import Path
from jupyter_hubcollab.errors import StorageFull
from jupyter_hubcollab.storage.local import LocalBlobs
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
try:
    LocalBlobs(Path({str(tmp_path)!r})).put([bytes(1 << 20)] * 8)
except StorageFull:
    print("refused")
"""

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "refused"
    assert files_in(tmp_path) == []


def test_a_killed_upload_is_not_visible(tmp_path: Path) -> None:
    """Half a blob has no name in the store."""
    code = f"""
import os, signal
from pathlib import Path
from jupyter_hubcollab.storage.local import LocalBlobs
incoming = LocalBlobs(Path({str(tmp_path)!r})).incoming()
incoming.write(bytes(4 << 20))
os.kill(os.getpid(), signal.SIGKILL)
"""

    subprocess.run([sys.executable, "-c", code], check=False)

    assert list(LocalBlobs(tmp_path).digests()) == []


def test_the_file_of_a_blob_is_where_git_lfs_would_look(tmp_path: Path) -> None:
    """The layout is one that other tools know."""
    blobs = LocalBlobs(tmp_path)
    digest = blobs.put([b"x"])

    assert blobs.path(digest) == tmp_path / "lfs" / digest[:2] / digest[2:4] / digest
    assert list(blobs.digests()) == [digest]


def test_a_removed_blob_is_gone(tmp_path: Path) -> None:
    """Collection of garbage frees the file; doing it twice is fine."""
    blobs = LocalBlobs(tmp_path)
    digest = blobs.put([b"x"])

    blobs.remove(digest)
    blobs.remove(digest)

    assert not blobs.has(digest)


def test_an_upload_that_is_refused_midway_can_be_repeated(tmp_path: Path) -> None:
    """An aborted upload does not block the same one."""
    blobs = LocalBlobs(tmp_path)
    incoming = blobs.incoming()
    incoming.write(b"again")
    incoming.abort()

    assert blobs.has(blobs.put([b"again"]))
