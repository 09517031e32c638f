"""A hub in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from people import ANN, DIGITS, Clock

from jupyter_hubcollab.hub.hub import Hub, open_hub
from jupyter_hubcollab.names import RepoId
from jupyter_hubcollab.storage.database import Database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub(tmp_path: Path, clock: Clock) -> Iterator[Hub]:
    database = Database(f"sqlite:///{tmp_path}/index.sqlite")
    yield open_hub(tmp_path, database, now=clock)
    database.close()


@pytest.fixture
def digits(hub: Hub) -> RepoId:
    """A public model of Ann's."""
    hub.repos.create(ANN, DIGITS)
    return DIGITS
