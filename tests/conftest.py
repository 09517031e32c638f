"""Fixtures for all tests: a Jupyter server with the extension, in a folder of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from tornado.httpclient import HTTPRequest

if TYPE_CHECKING:
    from tornado.simple_httpclient import SimpleAsyncHTTPClient

    from jupyter_hubcollab.experiments.tracking import Tracking

pytest_plugins = ["pytest_jupyter.jupyter_server"]

# No timing decides a test: machines are shared.
settings.register_profile("untimed", deadline=None, print_blob=True)
settings.load_profile("untimed")

PATIENCE_S = 150
"""For whatever must come: a busy machine is slow, and no failure."""

HTTPRequest._DEFAULTS |= {"connect_timeout": PATIENCE_S, "request_timeout": PATIENCE_S}


@pytest.fixture
def jp_server_config() -> dict[str, object]:
    """A server with our extension enabled, which asks no other hub."""
    return {"ServerApp": {"jpserver_extensions": {"jupyter_hubcollab": True}}, "HubCollab": {"upstreams": []}}


@pytest.fixture
def http_server_client(http_server_client: SimpleAsyncHTTPClient) -> SimpleAsyncHTTPClient:
    """The client behind `jp_fetch`, which asks for an answer within twenty seconds."""
    ask = http_server_client.fetch

    def fetch(path: str, **options: Any) -> Any:
        return ask(path, **options | {"request_timeout": PATIENCE_S})

    http_server_client.fetch = fetch
    return http_server_client


@pytest.fixture(autouse=True)
def _environment_is_left_as_it_was() -> Iterator[None]:
    """A name that a test leaves behind reaches the kernels and servers of all later tests."""
    before = dict(os.environ)
    yield
    after = dict(os.environ)
    os.environ.clear()
    os.environ.update(before)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    # pyarrow and OpenMP set some when they are first imported.
    left = sorted(name for name in changed if not name.startswith(("PYTEST_", "_RJEM_", "KMP_")))
    assert not left, f"the test left the environment changed: {left}"


class Heard:
    """What was published; tests wait for what they expect."""

    def __init__(self) -> None:
        self.events: list[object] = []
        self._changed = threading.Condition()

    def __call__(self, event: object) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[object], bool], timeout_s: float = PATIENCE_S) -> object:
        """The first event that is wanted, also if it came before."""
        with self._changed:
            found = self._changed.wait_for(lambda: [event for event in self.events if wanted(event)], timeout_s)
            assert found, f"never published; there were only {self.events[-5:]}"
            return found[0]

    def forget(self) -> None:
        """Wait only for what comes from now on."""
        with self._changed:
            self.events.clear()


@pytest.fixture
def heard() -> Heard:
    """A listener to whom everything can be published."""
    return Heard()


@pytest.fixture(scope="session")
def mlflow_heard() -> Heard:
    """What the session's MLflow child published."""
    return Heard()


@pytest.fixture(scope="session")
def mlflow_child(tmp_path_factory: pytest.TempPathFactory, mlflow_heard: Heard) -> Iterator[Tracking]:
    """A real MLflow child, shared by all tests: it takes seconds to start."""
    from jupyter_hubcollab.experiments.tracking import Tracking

    tracking = Tracking(tmp_path_factory.mktemp("mlflow # 100%"), mlflow_heard, environ=dict(os.environ))
    tracking.url()
    yield tracking
    tracking.stop()


SERVERS = {"jp_serverapp", "mlflow_child", "live", "live_hub", "server", "served", "ran", "logged", "writing"}
"""Fixtures that start a server; `make check` leaves out what uses them."""

SERVER_FILES = (
    "tests/experiments/test_tracking.py",
    "tests/experiments/test_routes.py",
    "tests/protocols/hf/test_xet.py",
)
"""Files whose tests start servers of their own."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts a server as slow."""
    for item in items:
        if item.nodeid.startswith(SERVER_FILES) or not SERVERS.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
