"""Snapshots on this machine are whole, or not there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jupyter_hubcollab import wire
from jupyter_hubcollab.client.downloads import DeprecatedVersion, download
from jupyter_hubcollab.errors import BadPath, DigestMismatch


class FakeHub:
    """A hub with one file, which may lie about it."""

    def __init__(
        self, content: bytes, *, path: str = "a/w.bin", sends: bytes | None = None, warning: str | None = None
    ) -> None:
        self.warning = warning
        self.content = content
        self.path = path
        self.sends = content if sends is None else sends
        self.asked = 0

    def get(self, path: str, kind: type, **query: str) -> Any:
        file = wire.FileEntry(
            path=self.path,
            size_bytes=len(self.content),
            digest=hashlib.sha256(self.content).hexdigest(),
            is_blob=True,
            safety="safe",
            safety_note="",
            url="",
        )
        return wire.FileList(revision="main", commit="c" * 40, files=[file], warning=self.warning)

    def receive(self, path: str) -> Iterator[bytes]:
        self.asked += 1
        yield self.sends


def left_over(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.name.startswith(".incoming")]


def test_a_snapshot_is_fetched_once(tmp_path: Path) -> None:
    """The second time it is there."""
    hub: Any = FakeHub(b"weights")

    first = download("team/digits", connection=hub, cache=tmp_path)
    second = download("team/digits", connection=hub, cache=tmp_path)

    assert first == second
    assert (first / "a/w.bin").read_bytes() == b"weights"
    assert hub.asked == 1
    assert left_over(tmp_path) == []


def test_who_loads_a_deprecated_version_is_told(tmp_path: Path) -> None:
    """The files come all the same."""
    hub: Any = FakeHub(b"weights", warning="team/digits@v1 is deprecated: leaks data")

    with pytest.warns(DeprecatedVersion, match="leaks data"):
        folder = download("team/digits", revision="v1", connection=hub, cache=tmp_path)

    assert (folder / "a/w.bin").read_bytes() == b"weights"


def test_damaged_bytes_are_not_kept(tmp_path: Path) -> None:
    """What arrives is checked against its digest."""
    hub: Any = FakeHub(b"weights", sends=b"weighty")

    with pytest.raises(DigestMismatch):
        download("team/digits", connection=hub, cache=tmp_path)

    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_a_hub_cannot_write_outside_of_the_cache(tmp_path: Path) -> None:
    """Names of files are checked here, too."""
    hub: Any = FakeHub(b"weights", path="../../evil")

    with pytest.raises(BadPath):
        download("team/digits", connection=hub, cache=tmp_path / "cache")

    assert not (tmp_path / "evil").exists()


def test_many_kernels_may_load_at_once(tmp_path: Path) -> None:
    """Each gets a whole snapshot, whoever was first."""
    hub: Any = FakeHub(b"weights" * 10_000)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: download("team/digits", connection=hub, cache=tmp_path), range(16)))

    assert len(set(found)) == 1
    assert (found[0] / "a/w.bin").read_bytes() == hub.content
    assert left_over(tmp_path) == []
