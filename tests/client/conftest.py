"""A real hub for the notebook API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from live import TOKEN, Live, start
from shelf import Shelf, WordVectors

from jupyter_hubcollab.catalogue.search import Search
from jupyter_hubcollab.client.connection import Connection


@pytest.fixture(scope="session")
def live_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server, shared: it takes seconds to start."""
    live = start(tmp_path_factory.mktemp("hub"))
    yield live
    live.stop()


@pytest.fixture
def hub(live_hub: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """The way to it; snapshots are kept in a folder of the test's own."""
    url = f"{live_hub.url}/hubcollab"
    monkeypatch.setenv("HUBCOLLAB_URL", url)
    monkeypatch.setenv("HUBCOLLAB_TOKEN", TOKEN)
    monkeypatch.setenv("HUBCOLLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return Connection(url, TOKEN)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A model name of the test's own, as the hub is shared."""
    return f"team/{abs(hash(request.node.nodeid)) % 10**12}"


@pytest.fixture
def search(tmp_path: Path) -> Iterator[Search]:
    """The search of another hub, which has no repos of its own; its folder is the test's."""
    opened = Search(tmp_path / "catalogue", Shelf(), WordVectors)
    yield opened
    opened.close()
