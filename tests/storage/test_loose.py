"""Files that Python writes into git's object store."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pygit2
import pytest

from jupyter_hubcollab.storage.loose import remove_empty, write_blob


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


def test_an_object_of_which_only_the_name_is_left_is_written_again(tmp_path: Path) -> None:
    """A power cut may leave an empty file; what is sent again must not end in it."""
    pygit2.init_repository(str(tmp_path), bare=True)
    name = write_blob(tmp_path, b"content")
    file = tmp_path / "objects" / name[:2] / name[2:]
    file.chmod(0o644)
    file.write_bytes(b"")

    assert write_blob(tmp_path, b"content") == name

    assert pygit2.Repository(str(tmp_path))[name].data == b"content"
    file.unlink()
    file.touch()
    remove_empty(tmp_path)
    assert not file.exists()
