"""The MLflow server that runs are logged to: one child process, started when somebody first needs it.

Built by ``Tracking(config.data_dir / "mlflow", events.publish, environ=environment())``; ``stop()`` it when Jupyter
stops. A server that dies without a word takes the child with it: the child watches its stdin. Publishes
`wire.TrackingChanged` when the child comes or goes and `RunsWritten` when somebody logged something. The child's side
is `child.py`; a team's own server is `external.py`. MLflow itself is never imported in this process.
"""

from __future__ import annotations

import queue
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

import msgspec

from ..errors import TrackingUnavailable
from ..wire import TrackingChanged, TrackingState
from .child import SECRET_HEADER, Order, Ready, Wrote

CHILD = (sys.executable, "-P", "-m", "jupyter_hubcollab.experiments.child")
SERVER_ENVIRONMENT = {
    # The names by which MLflow's command line tells its workers what to serve. They are private to MLflow:
    # tests/experiments/test_tracking.py holds them against the installed version.
    "_MLFLOW_SERVER_FILE_STORE": "sqlite:///mlflow.db",
    "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
    "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
    "_MLFLOW_SERVER_ARTIFACT_DESTINATION": "artifacts",
    "_MLFLOW_SGI_NAME": "uvicorn",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    # A batch takes two connections, and 40 threads answer; with MLflow's 15, twenty runs that log at once stand still.
    "MLFLOW_SQLALCHEMYSTORE_POOL_SIZE": "10",
    "MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW": "80",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
}
"""What the child needs beyond the server's own environment; paths are relative to its folder, in which it runs."""

_FOREIGN = re.compile(r"_?MLFLOW_(?!S3_)")
"""The user's own settings for MLflow are for scripts; how a bucket is reached is for the child, too."""

START_AT_MOST_S = 180.0
SILENT_AT_MOST_S = 60.0
PAUSES_S = (0.0, 1.0, 4.0, 15.0)
HEALTHY_AFTER_S = 60.0
TRY_AGAIN_AFTER_S = 30.0
LARGEST_LOG_BYTES = 5 << 20


@dataclass(frozen=True)
class Address:
    """Where MLflow answers, and what a request must carry to be let in."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Places:
    """Where our MLflow keeps what is logged: URLs of a database and of a folder of artifacts; empty: its own."""

    database_url: str = ""
    artifacts_url: str = ""

    def environment(self) -> dict[str, str]:
        """What the child is told of them."""
        told = {
            "_MLFLOW_SERVER_FILE_STORE": self.database_url,
            "_MLFLOW_SERVER_ARTIFACT_DESTINATION": self.artifacts_url,
        }
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class RunsWritten:
    """Somebody logged to these runs, or deleted or restored them or whole experiments.

    It comes every few seconds with nothing, too: the time to tell again what could not be told.
    """

    runs: tuple[str, ...] = ()
    experiments: tuple[str, ...] = ()
    deaf_since_ms: int | None = None
    """The server was away: what was written from then on may not have been heard."""

    def with_(self, later: RunsWritten) -> RunsWritten:
        """Both in one."""
        times = [time for time in (self.deaf_since_ms, later.deaf_since_ms) if time is not None]
        return RunsWritten(
            tuple(dict.fromkeys((*self.runs, *later.runs))),
            tuple(dict.fromkeys((*self.experiments, *later.experiments))),
            min(times, default=None),
        )


class TrackingServer(Protocol):
    """An MLflow server, ours or the team's."""

    def state(self) -> TrackingState:
        """How it is, without asking it."""
        ...

    def reach(self) -> Future[Address]:
        """Its address as soon as it answers; starts it if need be. Do not cancel: others wait for it, too.

        The future raises `TrackingUnavailable` when it cannot be reached.
        """
        ...

    def url(self) -> str:
        """Its URL; waits for it."""
        ...

    def stop(self) -> None:
        """End it, if it is ours."""
        ...


class Tracking:
    """Our own MLflow server: starts it, watches it, starts it again, stops it."""

    def __init__(
        self,
        folder: Path,
        publish: Callable[[object], None],
        *,
        environ: Mapping[str, str],
        places: Places = Places(),
        command: Sequence[str] = CHILD,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self.folder = folder
        self.database = folder / "mlflow.db"
        self.log = folder / "server.log"
        self._publish = publish
        self._environ = environ
        self._places = places
        self._command = command
        self._pauses_s = pauses_s
        self._secret = secrets.token_urlsafe(32)
        self._lock = threading.Lock()
        self._address: Future[Address] = Future()
        self._state = TrackingState(state="off", detail="")
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._failed_at = float("-inf")
        self._heard_ms: int | None = None

    def state(self) -> TrackingState:
        """How the server is, without waiting."""
        return self._state

    def start(self) -> None:
        """Begin to start the server, unless it runs or failed a moment ago."""
        with self._lock:
            idle = self._thread is None or not self._thread.is_alive()
            if self._stopping.is_set() or not idle or time.monotonic() - self._failed_at < TRY_AGAIN_AFTER_S:
                return
            self._address = Future() if self._address.done() else self._address
            self._thread = threading.Thread(target=self._supervise, daemon=True, name="MLflow")
            self._thread.start()

    def reach(self) -> Future[Address]:
        """The address as soon as the server answers."""
        self.start()
        with self._lock:
            return self._address

    def url(self) -> str:
        """The server's URL; waits until it answers.

        Raises:
            TrackingUnavailable: it does not start; the message has the end of its log.
        """
        return self.reach().result().url

    @property
    def pid(self) -> int | None:
        """Process id of the child, if there is one."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """End the child and wait for it, at most ten seconds."""
        self._stopping.set()
        process, thread = self._process, self._thread
        if process is not None and process.stdin is not None:
            process.stdin.close()
            try:
                process.wait(6)
            except subprocess.TimeoutExpired:
                process.kill()
        if thread is not None:
            thread.join(4)
        self._refuse("the Jupyter server is stopping")
        self._show("off", "")

    def _supervise(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._show("starting", "starting the MLflow server; the first time takes about 20 seconds")
            why, lived_s = self._live_once()
            failures = 0 if lived_s > HEALTHY_AFTER_S else failures
            if self._stopping.is_set():
                return
            if failures == len(self._pauses_s):
                self._failed_at = time.monotonic()
                self._show("failed", why)
                self._refuse(why)
                return
            pause_s = self._pauses_s[failures]
            failures += 1
            self._show("starting", f"{why}; starting it again" + (f" in {pause_s:g} s" if pause_s else ""))
            self._stopping.wait(pause_s)

    def _live_once(self) -> tuple[str, float]:
        """One life of the child: why it ended, and how many seconds it was ready."""
        try:
            process = self._spawn()
        except OSError as error:
            return f"the MLflow server cannot be started in {self.folder} ({error.strerror})", 0.0
        self._process = process
        if self._stopping.is_set():
            process.kill()
        born = time.monotonic()
        ready_at = self._follow(process)
        process.kill()
        status = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        with self._lock:
            if self._address.done():
                self._address = Future()
        lived_s = time.monotonic() - ready_at if ready_at else 0.0
        return self._obituary(status, time.monotonic() - born), lived_s

    def _spawn(self) -> subprocess.Popen[bytes]:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        kept = {name: value for name, value in self._environ.items() if not _FOREIGN.match(name)}
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self.folder,
                env=kept | SERVER_ENVIRONMENT | self._places.environment(),
                start_new_session=True,  # Ctrl-C in the terminal is for Jupyter, which then stops us in order
            )
        if process.stdin is not None:
            order = Order(secret=self._secret, database="" if self._places.database_url else "mlflow.db")
            process.stdin.write(msgspec.json.encode(order) + b"\n")
            process.stdin.flush()
        return process

    def _follow(self, process: subprocess.Popen[bytes]) -> float:
        """Listen until the child ends or falls silent; the time when it became ready, 0 if it never did."""
        lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=_read, args=(process.stdout, lines), daemon=True, name="hear MLflow").start()
        ready_at = 0.0
        while True:
            try:
                line = lines.get(timeout=SILENT_AT_MOST_S if ready_at else START_AT_MOST_S)
            except queue.Empty:
                return ready_at
            if not line:
                return ready_at
            said = msgspec.json.decode(line, type=Ready | Wrote)
            if isinstance(said, Ready):
                ready_at = time.monotonic()
                self._address.set_result(Address(f"http://127.0.0.1:{said.port}", {SECRET_HEADER: self._secret}))
                self._show("ready", "")
                self._publish(RunsWritten(deaf_since_ms=self._heard_ms))
            else:
                self._publish(RunsWritten(tuple(said.runs), tuple(said.experiments)))
            self._heard_ms = int(time.time() * 1000)

    def _obituary(self, status: int, age_s: float) -> str:
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 2000))
            last = log.read().decode(errors="replace").strip().splitlines()[-1:]
        reason = f": {last[0][:300]}" if last and status else ""
        return f"the MLflow server {how} after {age_s:.0f} s{reason} (its log is {self.log})"

    def _refuse(self, why: str) -> None:
        with self._lock:
            if not self._address.done():
                self._address.set_exception(TrackingUnavailable(why))

    def _show(self, state: str, detail: str) -> None:
        now = msgspec.convert({"state": state, "detail": detail}, TrackingState)
        if now != self._state:
            self._state = now
            self._publish(TrackingChanged(state=now))


def _read(pipe: IO[bytes] | None, lines: queue.SimpleQueue[bytes]) -> None:
    """Pass on what the child says; an empty line is the end."""
    if pipe is not None:
        try:
            for line in pipe:
                lines.put(line)
        except ValueError:  # closed meanwhile
            pass
    lines.put(b"")
