"""A server for the clients of others, and what they need to know of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import live
import outside
import pytest


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.Live]:
    started = live.start(tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


@pytest.fixture
def settings(server: live.Live, tmp_path: Path) -> dict[str, str]:
    """The environment of a client that works for Ann."""
    return outside.environment_of(
        {
            "HF_ENDPOINT": server.endpoint,
            "HF_TOKEN": server.hub_token("ann"),
            "HF_HOME": str(tmp_path / "home"),
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "DO_NOT_TRACK": "1",
        }
    )
