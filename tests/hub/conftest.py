"""A hub in a temporary folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from people import ANN, DIGITS, Clock

from jupyter_hubcollab.hub.hub import Hub, open_hub
from jupyter_hubcollab.names import RepoId
from jupyter_hubcollab.storage.database import Database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start() -> Iterator[Callable[..., Hub]]:
    """Opens the hub in a folder, as often as it is asked; in the end its threads and connections end."""
    with ExitStack() as opened:

        def start_(folder: Path, **options: Any) -> Hub:
            database = Database(f"sqlite:///{folder}/index.sqlite")
            opened.callback(database.close)
            hub = open_hub(folder, database, **options)
            opened.callback(hub.events.close)
            return hub

        yield start_


@pytest.fixture
def hub(tmp_path: Path, clock: Clock, start: Callable[..., Hub]) -> Hub:
    return start(tmp_path, now=clock)


@pytest.fixture
def digits(hub: Hub) -> RepoId:
    """A public model of Ann's."""
    hub.repos.create(ANN, DIGITS)
    return DIGITS
