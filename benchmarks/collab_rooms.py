"""Rooms under load: latency of edits, server CPU, durable edits per second; the peer is jupyter-collaboration 5.0.4.

Real servers in processes of their own, headless tabs over WebSockets in this one, each typing tokens into a cell of its
own and moving its cursor after each. Latency is from the transaction in one tab to the arrival of its bytes in each
other tab, one clock. ``PEER=1`` installs the peer into an environment of its own and runs it in turn with ours.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pycrdt import (
    Array,
    Awareness,
    Doc,
    create_awareness_message,
    create_sync_message,
    create_update_message,
    handle_sync_message,
)
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from jupyter_hubcollab.collab.updates import UpdateLog

TOKEN = "bench"
SECONDS = 8.0
SCENARIOS = [(2, 10.0), (10, 2.0), (50, 2.0)]
"""People, and edits per second of each."""
MARK = re.compile(rb"<(\d+)>")


@dataclass
class Measure:
    """What one scenario showed."""

    sent: dict[int, float] = field(default_factory=dict)
    delays_ms: list[float] = field(default_factory=list)
    cpu_s: float = 0.0

    def row(self) -> str:
        """Columns of the table."""
        if len(self.delays_ms) < 10:
            return "nothing arrived"
        cuts = statistics.quantiles(self.delays_ms, n=100)
        return f"{cuts[49]:8.1f} {cuts[98]:9.1f} {1000 * self.cpu_s / max(len(self.sent), 1):12.2f}"


class Server:
    """A Jupyter server with one extension."""

    def __init__(self, python: str, extension: str, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        options = [f"--ServerApp.root_dir={folder}", f"--port={self.port}", f"--IdentityProvider.token={TOKEN}"]
        enabled = [f"--ServerApp.jpserver_extensions={name}=True" for name in (extension, "jupyter_server_fileid")]
        command = [python, "-m", "jupyter_server", "--no-browser", "--allow-root", *options, *enabled]
        environment = {**os.environ, "JUPYTER_DATA_DIR": str(folder / "jupyter"), "JUPYTER_CONFIG_DIR": str(folder)}
        with (folder / "server.log").open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)

    async def fetch(self, method: str, path: str, body: str | None = None) -> Any:
        """Ask the server."""
        headers = {"Authorization": f"token {TOKEN}"}
        request = HTTPRequest(f"http://127.0.0.1:{self.port}/{path}", method=method, headers=headers, body=body)
        return json.loads((await AsyncHTTPClient().fetch(request)).body)

    async def ready(self) -> None:
        """Wait until it answers."""
        for _ in range(600):
            try:
                await self.fetch("GET", "api/status")
            except OSError:
                await asyncio.sleep(0.1)
            else:
                return
        raise RuntimeError((self.folder / "server.log").read_text()[-2000:])

    def cpu_s(self) -> float:
        """Seconds of CPU that it used (Linux)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Typist:
    """One tab."""

    def __init__(self, measure: Measure) -> None:
        self.doc: Doc[Any] = Doc(client_id=secrets.randbits(32))
        self.awareness = Awareness(self.doc)
        self.measure = measure
        self.synced = asyncio.Event()
        self.bytes = 0
        self.doc.observe(self._on_edit)
        self._typing = False

    def _on_edit(self, event: Any) -> None:
        if self._typing:
            self.connection.write_message(create_update_message(event.update), binary=True)

    async def come(self, server: Server) -> None:
        """Enter the room and get the notebook."""
        asked = await server.fetch(
            "PUT", "api/collaboration/session/a.ipynb", json.dumps({"format": "json", "type": "notebook"})
        )
        room = f"ws://127.0.0.1:{server.port}/api/collaboration/room/json:notebook:{asked['fileId']}"
        self.connection: WebSocketClientConnection = await websocket_connect(
            f"{room}?sessionId={asked['sessionId']}&token={TOKEN}", max_message_size=1 << 30
        )
        self.reader = asyncio.create_task(self._read())
        self.connection.write_message(create_sync_message(self.doc), binary=True)
        await asyncio.wait_for(self.synced.wait(), 60)

    async def _read(self) -> None:
        while isinstance(message := await self.connection.read_message(), bytes):
            now = time.perf_counter()
            self.bytes += len(message)
            if not self.synced.is_set():
                answer = handle_sync_message(message[1:], self.doc) if message[0] == 0 else None
                if answer is not None:
                    self.connection.write_message(answer, binary=True)
                if message[:2] == b"\x00\x01":
                    self.synced.set()
            elif message[0] == 0:
                for found in MARK.findall(message):
                    sent = self.measure.sent.get(int(found))
                    if sent is not None:
                        self.measure.delays_ms.append((now - sent) * 1000)

    def type(self, number: int, cell: int) -> None:
        """One edit and one move of the cursor."""
        self.measure.sent[number] = time.perf_counter()
        self._typing = True
        source = self.doc.get("cells", type=Array)[cell]["source"]
        source += f"<{number}>"
        self._typing = False
        self.awareness.set_local_state({"user": {"name": "x"}, "cursors": [number], "current": "a.ipynb"})
        state = self.awareness.encode_awareness_update([self.doc.client_id])
        self.connection.write_message(create_awareness_message(state), binary=True)


def notebook(cells: int) -> str:
    """An empty notebook with some cells."""
    blank = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": ""}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}
    book = {"cells": [{**blank, "id": f"c{n}"} for n in range(cells)], "metadata": kernel}
    return json.dumps({**book, "nbformat": 4, "nbformat_minor": 5})


async def run(python: str, extension: str, people: int, rate: float) -> tuple[Measure, int]:
    """One scenario on a fresh server; what it showed, and how many edits a newcomer lacks 2 s after the last one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.ipynb").write_text(notebook(people))
        server = Server(python, extension, folder)
        try:
            await server.ready()
            measure = Measure()
            typists = [Typist(measure) for _ in range(people)]
            for typist in typists:
                await typist.come(server)
            await load(server, typists, rate)
            await asyncio.sleep(2)
            newcomer = Typist(measure)
            await newcomer.come(server)
            text = "".join(str(cell["source"]) for cell in newcomer.doc.get("cells", type=Array))
            missing = sum(f"<{number}>" not in text for number in measure.sent)
            for typist in [*typists, newcomer]:
                typist.connection.close()
            await asyncio.gather(*(typist.reader for typist in [*typists, newcomer]))
            return measure, missing
        finally:
            server.process.kill()
            server.process.wait()


async def load(server: Server, typists: list[Typist], rate: float) -> None:
    """Everybody types at *rate*, each at moments of their own."""
    measure = typists[0].measure
    before, began, number = server.cpu_s(), time.perf_counter(), 0
    gap = 1 / (rate * len(typists))
    while (now := time.perf_counter() - began) < SECONDS:
        if number * gap > now:
            await asyncio.sleep(number * gap - now)
        typists[number % len(typists)].type(number, number % len(typists))
        number += 1
    await asyncio.sleep(0.5)
    measure.cpu_s = server.cpu_s() - before


def stored_per_second(count: int = 20_000) -> float:
    """Edits per second that the log takes durably, from the first call until the last commit."""
    with tempfile.TemporaryDirectory() as folder:
        log = UpdateLog(Path(folder) / "rooms.sqlite", lambda _: None)
        began = time.perf_counter()
        for _ in range(count):
            log.append("room", "ana", b"x" * 60)
        log.flush()
        took = time.perf_counter() - began
        log.close()
        return count / took


def one_by_one(count: int = 500) -> float:
    """Median milliseconds until a single edit is durable, when each waits for the one before."""
    with tempfile.TemporaryDirectory() as folder:
        log = UpdateLog(Path(folder) / "rooms.sqlite", lambda _: None)
        waits = []
        for _ in range(count):
            began = time.perf_counter()
            log.append("room", "ana", b"x" * 60)
            log.flush()
            waits.append((time.perf_counter() - began) * 1000)
        log.close()
        return statistics.median(waits)


def peer_python() -> str | None:
    """An environment with jupyter-collaboration 5.0.4; None if it was not asked for or cannot be had."""
    if not os.environ.get("PEER"):
        return None
    folder = Path(tempfile.gettempdir()) / "hubcollab-bench-peer"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        wanted = ["jupyter-collaboration==5.0.4", "jupyter-server"]
        subprocess.run([python, "-m", "pip", "install", "-qq", *wanted], check=True)
    return str(python)


def main() -> None:
    """Print the tables."""
    print(f"durable edits/s (group commit, synchronous=FULL): {stored_per_second():,.0f}")
    print(f"one edit durable, alone: {one_by_one():.2f} ms (median)")
    print(f"load of this machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    servers = [("ours", sys.executable, "jupyter_hubcollab")]
    peer = peer_python()
    if peer is not None:
        servers.append(("jupyter-collaboration 5.0.4", peer, "jupyter_server_ydoc"))
    print(f"{'server':30} people edits/s   p50 ms    p99 ms  CPU ms/edit  lacking after 2 s  load")
    for people, rate in SCENARIOS:
        for name, python, extension in servers:
            measure, missing = asyncio.run(run(python, extension, people, rate))
            lacking = f"{missing} of {len(measure.sent)}"
            row = f"{people:6} {people * rate:7.0f} {measure.row()} {lacking:>18} {os.getloadavg()[0]:5.1f}"
            print(f"{name:30} {row}", flush=True)


if __name__ == "__main__":
    main()
