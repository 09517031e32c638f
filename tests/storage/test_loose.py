"""Files that Python writes into git's object store."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pygit2
import pytest

from jupyter_hubcollab.storage.loose import write_blob


@pytest.mark.parametrize("content", [b"", b"hello\n", bytes(range(256)) * 5000])
def test_git_reads_what_was_written(tmp_path: Path, content: bytes) -> None:
    """The id is git's own, and git finds the object whole, also when it is written twice."""
    git = pygit2.init_repository(str(tmp_path), bare=True)

    oid = write_blob(tmp_path, content)

    assert write_blob(tmp_path, content) == oid == str(pygit2.hash(content))
    blob = git[oid]
    assert isinstance(blob, pygit2.Blob)
    assert blob.data == content
    assert subprocess.run(["git", "-C", str(tmp_path), "fsck", "--strict"], check=False).returncode == 0
