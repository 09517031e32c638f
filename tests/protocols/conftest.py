"""One live server for all tests of protocols."""

from __future__ import annotations

from collections.abc import Iterator

import live
import pytest


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.Live]:
    started = live.start(tmp_path_factory.mktemp("server"))
    yield started
    started.stop()
