"""git-lfs pointers and .gitattributes, as git itself reads them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jupyter_hubcollab.hub.pointers import (
    DEFAULT_ATTRIBUTES,
    Pointer,
    is_kept_by_lfs,
    lfs_patterns,
    parse_pointer,
    with_paths,
)
from jupyter_hubcollab.names import Digest

POINTER = Pointer(Digest("ab" * 32), 123)


def test_a_pointer_reads_as_it_was_written() -> None:
    """There and back."""
    assert parse_pointer(POINTER.text()) == POINTER


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"version https://git-lfs.github.com/spec/v1\n",
        POINTER.text() + b"more",
        POINTER.text().replace(b"ab", b"AB"),
        POINTER.text().replace(b"sha256", b"md5"),
        b" " + POINTER.text(),
        POINTER.text().replace(b"123", b"-1"),
        POINTER.text().replace(b"123", b"9" * 30),
    ],
)
def test_what_is_almost_a_pointer_is_text(content: bytes) -> None:
    """Only a whole pointer stands for a blob."""
    assert parse_pointer(content) is None


@pytest.mark.parametrize("path", ["odd.dat", "a b/c d", "we[i]rd?*.x", "!bang", "#hash", 'q"uote', "back/slash", "ünï"])
def test_git_agrees_that_a_path_is_kept_by_lfs(tmp_path: Path, path: str) -> None:
    """The line that is added means this path, to git and to us, and no other."""
    attributes = with_paths(DEFAULT_ATTRIBUTES, [path])
    (tmp_path / ".gitattributes").write_text(attributes)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)

    ask = ["git", "-C", str(tmp_path), "check-attr", "-z", "filter", "--", path, "other.txt", "sub/" + path]
    found = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.split("\0")[2::3]

    assert found == ["lfs", "unspecified", "unspecified"]
    assert is_kept_by_lfs(path, lfs_patterns(attributes))
    assert with_paths(attributes, [path]) == attributes


def test_common_kinds_need_no_line() -> None:
    """Weights are covered from the start, texts are not."""
    patterns = lfs_patterns(DEFAULT_ATTRIBUTES)

    assert is_kept_by_lfs("deep/model.safetensors", patterns)
    assert not is_kept_by_lfs("README.md", patterns)
