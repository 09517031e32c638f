"""The child process: MLflow's own ASGI app, unmodified, with one worker; runs as ``python -m …experiments.child``.

Around the app stand a gate (only our server knows the secret) and a tap: each successful write is told to the parent,
which never polls. The parent's side is `tracking.py`.

stdin   one line of JSON, `Order`; then silent. Its end means that the parent is gone, and so are we.
stdout  lines of JSON: `Ready` once, then `Wrote` at most ten times a second and at least every five seconds.
stderr  the log.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import socket
import sqlite3
import sys
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeVar

import msgspec

from .routes import blocked, changes_experiment, changes_run

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
T = TypeVar("T")

SECRET_HEADER = "x-hubcollab-secret"  # noqa: S105 - a name, not a secret
WINDOW_S = 0.1
HEARTBEAT_S = 5.0
LARGEST_READ_BYTES = 8 << 20


class Order(msgspec.Struct, frozen=True):
    """What the parent wants."""

    secret: str
    database: str
    """Path of MLflow's SQLite file; empty where the store is no SQLite."""


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """MLflow answers on this port of 127.0.0.1."""

    port: int


class Wrote(msgspec.Struct, frozen=True, tag="wrote"):
    """These runs and experiments were written to; both empty: I am alive."""

    runs: list[str]
    experiments: list[str]


class _Named(msgspec.Struct):
    """The parts of a write's body that name a run or an experiment."""

    run_id: str = ""
    run_uuid: str = ""
    source_run_id: str = ""
    experiment_id: str = ""


class _Info(msgspec.Struct):
    info: _Named = msgspec.field(default_factory=_Named)


class _Answered(msgspec.Struct):
    """The parts of an answer that do."""

    run: _Info = msgspec.field(default_factory=_Info)
    model: _Info = msgspec.field(default_factory=_Info)


class Pipe:
    """Tells the parent, from a thread of its own: a parent that reads slowly must not hold up MLflow."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._write, daemon=True, name="tell the parent").start()

    def tell(self, said: Ready | Wrote) -> None:
        """Send *said* soon."""
        self._lines.put(msgspec.json.encode(said) + b"\n")

    def _write(self) -> None:
        while True:
            line = self._lines.get()
            try:
                while line:  # a pipe that is nearly full takes a part
                    line = line[os.write(self._file, line) :]
            except OSError:  # the parent is gone; the end of stdin says so, too
                return


class Tap:
    """An ASGI app around *inner* that lets only the parent in and collects which runs were written to."""

    def __init__(self, inner: App, secret: str) -> None:
        self._inner = inner
        self._secret = secret.encode()
        self.runs: set[str] = set()
        self.experiments: set[str] = set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
        elif dict(scope["headers"]).get(SECRET_HEADER.encode()) != self._secret or blocked(scope["path"]):
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b"not served here"})
        elif scope["method"] not in ("GET", "HEAD") and (
            changes_run(scope["path"]) or changes_experiment(scope["path"])
        ):
            await self._listen(scope, receive, send)
        else:
            await self._inner(scope, receive, send)

    async def _listen(self, scope: Message, receive: Receive, send: Send) -> None:
        asked, answered = bytearray(), bytearray()
        status = 0

        async def receiving() -> Message:
            message = await receive()
            if len(asked) < LARGEST_READ_BYTES:
                asked.extend(message.get("body", b""))
            return message

        async def sending(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            if len(answered) < LARGEST_READ_BYTES:
                answered.extend(message.get("body", b""))
            await send(message)

        await self._inner(scope, receiving, sending)
        if status == 200:
            self._collect(scope["path"], bytes(asked), bytes(answered))

    def _collect(self, path: str, asked: bytes, answered: bytes) -> None:
        named = _read(asked, _Named)
        if changes_experiment(path):
            self.experiments.update({named.experiment_id} - {""})
            return
        said = _read(answered, _Answered)
        ids = {
            named.run_id or named.run_uuid or named.source_run_id,
            said.run.info.run_id,
            said.model.info.source_run_id,
        }
        self.runs.update(ids - {""})

    async def report(self, pipe: Pipe) -> None:
        """Tell what was written, and that we live, for ever."""
        quiet_s = 0.0
        while True:
            await asyncio.sleep(WINDOW_S)
            quiet_s += WINDOW_S
            if self.runs or self.experiments or quiet_s >= HEARTBEAT_S:
                pipe.tell(Wrote(sorted(self.runs), sorted(self.experiments)))
                self.runs.clear()
                self.experiments.clear()
                quiet_s = 0.0


def _read(text: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return kind()


def _end_with_the_parent(stop: Callable[[], None]) -> None:
    """Stop when stdin ends: also when the parent was killed, also while MLflow is still being imported.

    Linux's PR_SET_PDEATHSIG would fire when the *thread* that started us ends, not the process.
    """
    while os.read(0, 4096):
        pass
    stop()
    threading.Event().wait(5)
    os._exit(0)


def _order() -> Order:
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(0, 4096)
        if not part:
            sys.exit("no order came from the parent")
        line += part
    return msgspec.json.decode(line, type=Order)


def _prepare(database: str) -> None:
    """Readers and the writer do not wait for each other in WAL mode; the mode stays with the file."""
    with contextlib.closing(sqlite3.connect(database, timeout=20)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def _listening() -> socket.socket:
    # asyncio sets TCP_NODELAY only where the protocol is named; without it each answer takes 40 ms more (uvicorn#3149).
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


async def _serve(order: Order, pipe: Pipe, stopping: threading.Event) -> None:
    import uvicorn
    from mlflow.server.fastapi_app import app
    from mlflow.server.handlers import _get_model_registry_store, _get_tracking_store

    await asyncio.to_thread(_get_tracking_store)  # creates or migrates the database, which takes seconds
    await asyncio.to_thread(_get_model_registry_store)
    tap = Tap(app, order.secret)
    server = uvicorn.Server(
        uvicorn.Config(tap, log_level="warning", access_log=False, timeout_graceful_shutdown=3, timeout_keep_alive=75)
    )
    listener = _listening()
    serving = asyncio.create_task(server.serve([listener]))
    reporting = asyncio.create_task(tap.report(pipe))
    pipe.tell(Ready(listener.getsockname()[1]))
    stopped = asyncio.create_task(asyncio.to_thread(stopping.wait))
    await asyncio.wait([serving, stopped, reporting], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    stopping.set()


def main() -> None:
    """Serve until the parent goes."""
    order = _order()
    stopping = threading.Event()
    threading.Thread(target=_end_with_the_parent, args=(stopping.set,), daemon=True, name="watch the parent").start()
    pipe = Pipe(os.dup(1))
    os.dup2(2, 1)  # whatever MLflow prints belongs to the log
    if order.database:
        _prepare(order.database)
    asyncio.run(_serve(order, pipe, stopping))


if __name__ == "__main__":
    main()
