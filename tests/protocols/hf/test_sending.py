"""Files on their way to clients: fast ones, slow ones, and those that go away."""

from __future__ import annotations

import io
import os
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import live
import pytest

from jupyter_hubcollab.protocols.hf.sending import Outlet
from jupyter_hubcollab.storage.blobs import Part, Stretch

if TYPE_CHECKING:
    from huggingface_hub import HfApi

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
LARGE = os.urandom(6 << 20)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A connection: ours, which never waits, and the client's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        yield ours, theirs


def test_a_slow_client_gets_all_in_order(ends: tuple[socket.socket, socket.socket], tmp_path: Path) -> None:
    """Stretches of files and buffers, also empty ones; no thread waits while the client takes nothing."""
    ours, theirs = ends
    file = tmp_path / "file"
    file.write_bytes(LARGE)
    with file.open("rb") as source:
        at = source.fileno()
        parts: list[Part] = [Stretch(at, 0, 3_000_000), [LARGE[:9], b"", memoryview(LARGE)[9:]], Stretch(at, 5, 5)]
        outlet = Outlet(ours.fileno(), iter([*parts, *([[b"x"] * 3000]), []]))
        got, turns = bytearray(), 0
        while not outlet.go_on():
            got += theirs.recv(100_000)
            turns += 1
        outlet.close()
    ours.close()
    while rest := theirs.recv(1 << 20):
        got += rest

    assert turns > 10
    assert got == LARGE[:3_000_000] + LARGE + b"x" * 3000


def test_a_client_that_goes_away_is_told_of(ends: tuple[socket.socket, socket.socket], tmp_path: Path) -> None:
    """Nothing is written to whoever has the number of its socket next, and the file is closed."""
    ours, theirs = ends
    file = (tmp_path / "file").open("w+b")

    def parts() -> Iterator[Part]:
        with file:
            yield [LARGE]

    outlet = Outlet(ours.fileno(), parts())
    assert not outlet.go_on()
    theirs.close()
    ours.close()
    with pytest.raises(ConnectionError):
        outlet.go_on()
    outlet.close()

    assert file.closed


@pytest.mark.slow
def test_one_connection_carries_many_large_files(server: live.Live, ann: HfApi, repo: str) -> None:
    """Whole blobs and chunks, the whole and ranges of it; a client that breaks off harms nobody."""
    ann.upload_file(path_or_fileobj=io.BytesIO(LARGE), path_in_repo="whole.bin", repo_id=repo)
    ann.upload_file(path_or_fileobj=LARGE[::-1], path_in_repo="chunks.bin", repo_id=repo)
    where, who = urlsplit(server.endpoint), {"Authorization": f"Bearer {ann.token}"}

    def ask(connection: HTTPConnection, path: str, **headers: str) -> bytes:
        connection.request("GET", f"{where.path}/{repo}/resolve/main/{path}", headers=who | headers)
        return connection.getresponse().read()

    hasty = HTTPConnection(where.netloc)
    hasty.request("GET", f"{where.path}/{repo}/resolve/main/chunks.bin", headers=who)
    hasty.getresponse().read(1000)
    hasty.close()
    connection = HTTPConnection(where.netloc)
    try:
        assert ask(connection, "whole.bin") == LARGE
        first = connection.sock
        assert ask(connection, "chunks.bin") == LARGE[::-1]
        assert ask(connection, "chunks.bin", Range="bytes=70000-5000000") == LARGE[::-1][70_000:5_000_001]
        assert ask(connection, "whole.bin", Range="bytes=-300000") == LARGE[-300_000:]
        assert connection.sock is first
    finally:
        connection.close()
