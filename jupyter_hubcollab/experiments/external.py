"""A team's own MLflow server, by URL: reached as ours is, but neither started nor stopped, and asked for news.

Built by ``ExternalTracking(url, events.publish, environ)`` and ``watch(store)``. Its `Poller` asks every few seconds,
once for all browsers, from the first time that somebody needs the server.
"""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from urllib.parse import unquote, urlsplit, urlunsplit

from ..errors import HubError
from ..wire import TrackingChanged, TrackingState
from .recorded import Recorded, RunStore
from .tracking import Address, RunsWritten

PERIOD_S = 5.0
MOST_WATCHED = 100
_log = logging.getLogger(__name__)


class ExternalTracking:
    """An MLflow server of somebody else."""

    def __init__(self, url: str, publish: Callable[[object], None], environ: Mapping[str, str]) -> None:
        self._address: Future[Address] = Future()
        self._address.set_result(address_of(url, environ))
        self._publish = publish
        self._state = TrackingState(state="ready", detail="")
        self._poller: Poller | None = None
        self._lock = threading.Lock()

    def watch(self, store: RunStore) -> None:
        """Ask for news through *store* as soon as somebody needs the server."""
        self._poller = Poller(store, self._publish, self._show)

    def state(self) -> TrackingState:
        """How it was when it was last asked."""
        return self._state

    def reach(self) -> Future[Address]:
        """Its address."""
        if self._poller is not None:
            self._poller.start()
        return self._address

    def url(self) -> str:
        """Its URL."""
        return self.reach().result().url

    def stop(self) -> None:
        """Ask no more."""
        if self._poller is not None:
            self._poller.stop()

    def _show(self, why: str) -> None:
        now = TrackingState(state="failed", detail=why) if why else TrackingState(state="ready", detail="")
        with self._lock:
            before, self._state = self._state, now
        if now != before:
            self._publish(TrackingChanged(state=now))


class Poller:
    """Compares the newest runs with what they were, and publishes those that differ."""

    def __init__(self, store: RunStore, publish: Callable[[object], None], show: Callable[[str], None]) -> None:
        self._store = store
        self._publish = publish
        self._show = show
        self._known: dict[str, Recorded] | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, unless it runs."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="ask MLflow")
                self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()

    def ask(self) -> None:
        """Look once, and publish what changed since the last look."""
        try:
            found = self._store.newest(None, MOST_WATCHED)
        except HubError as error:
            self._show(str(error))
            return
        self._show("")
        now = {run.id: run for run in found}
        if self._known is not None:
            changed = [id for id, run in now.items() if self._known.get(id) != run]
            oldest_ms = found[-1].started_ms if len(found) == MOST_WATCHED else -1
            gone = [id for id, run in self._known.items() if id not in now and run.started_ms > oldest_ms]
            if changed or gone:
                self._publish(RunsWritten((*changed, *gone)))
        self._known = now

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.ask()
                self._publish(RunsWritten())  # what could not be told before is told now
            except Exception:  # noqa: BLE001 - the edge of a task
                _log.exception("the MLflow server could not be asked for news")
            self._stopping.wait(PERIOD_S)


def address_of(url: str, environ: Mapping[str, str]) -> Address:
    """The URL without its password, which becomes a header; else MLflow's own variables for logging in count."""
    parts = urlsplit(url.rstrip("/"))
    host = parts.hostname or ""
    netloc = (f"[{host}]" if ":" in host else host) + (f":{parts.port}" if parts.port else "")
    bare = urlunsplit((parts.scheme, netloc, parts.path, "", ""))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    user = user or environ.get("MLFLOW_TRACKING_USERNAME", "")
    password = password or environ.get("MLFLOW_TRACKING_PASSWORD", "")
    token = environ.get("MLFLOW_TRACKING_TOKEN", "")
    if user:
        return Address(bare, {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()})
    return Address(bare, {"Authorization": f"Bearer {token}"} if token else {})
