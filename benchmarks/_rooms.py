"""What the measurements of rooms share: servers in processes of their own, headless people, the peer."""

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
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
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
    read_message,
)
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

TOKEN = "bench"
MARK = re.compile(rb"<(\d+)>")


@dataclass
class Measure:
    """What one scenario showed."""

    sent: dict[int, float] = field(default_factory=dict)
    delays_ms: list[float] = field(default_factory=list)
    cpu_s: float = 0.0

    def said(self, lacking: int) -> str:
        """In a cell of the table; *lacking*: edits that a newcomer does not find."""
        if len(self.delays_ms) < 10:
            return "nothing arrived"
        median, late = quantiles(self.delays_ms)
        cpu_ms = 1000 * self.cpu_s / max(len(self.sent), 1)
        ended = "converged" if not lacking else f"lacks {lacking} of {len(self.sent)}"
        return f"p50 {median:.1f}, p99 {late:.1f} ms, {cpu_ms:.2f} ms CPU, {ended}"


class Server:
    """A Jupyter server with one extension."""

    def __init__(self, python: str, extension: str, folder: Path, *others: str) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        options = [f"--ServerApp.root_dir={folder}", f"--port={self.port}", f"--IdentityProvider.token={TOKEN}"]
        enabled = [f"--ServerApp.jpserver_extensions={name}=True" for name in (extension, "jupyter_server_fileid")]
        self._command = [python, "-m", "jupyter_server", "--no-browser", "--allow-root", *options, *enabled]
        self._command += others
        self.start()

    def start(self) -> None:
        """Start it, perhaps again."""
        folder = self.folder
        places = {"JUPYTER_DATA_DIR": str(folder / "jupyter"), "JUPYTER_CONFIG_DIR": str(folder)}
        environment = {**os.environ, **places, "PYTHONPATH": str(folder)}
        with (folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log, env=environment, cwd=folder)

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

    def memory_bytes(self) -> int:
        """Memory that it uses (Linux)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))

    def cpu_s(self) -> float:
        """Seconds of CPU that it used (Linux)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Typist:
    """One tab; its document outlives its connections."""

    def __init__(self, measure: Measure) -> None:
        self.doc: Doc[Any] = Doc(client_id=secrets.randbits(32))
        self.awareness = Awareness(self.doc)
        self.measure = measure
        self.synced = asyncio.Event()
        self.bytes = 0
        self.follows = False
        """Does it apply what others write? Those who only measure save the time."""
        self._heard = asyncio.Event()
        self.seen: dict[int, float] = {}
        """When it first heard of each other tab."""
        self.doc.observe(self._on_edit)
        self._typing = False

    def _on_edit(self, event: Any) -> None:
        if self._typing:
            self._send(create_update_message(event.update))

    def _send(self, message: bytes) -> None:
        try:
            self.connection.write_message(message, binary=True)
        except WebSocketClosedError:
            return  # the document has it, and brings it along when the server is back

    async def come(self, server: Server, path: str = "a.ipynb", headers: dict[str, str] | None = None) -> None:
        """Enter the room and get the notebook; *headers* say who comes, if it is not the owner."""
        body = json.dumps({"format": "json", "type": "notebook"})
        asked = await server.fetch("PUT", f"api/collaboration/session/{path}", body)
        room = f"ws://127.0.0.1:{server.port}/api/collaboration/room/json:notebook:{asked['fileId']}"
        request = HTTPRequest(f"{room}?sessionId={asked['sessionId']}&token={TOKEN}", headers=headers or {})
        self.connection: WebSocketClientConnection = await websocket_connect(request, max_message_size=1 << 30)
        self.synced.clear()
        self.reader = asyncio.create_task(self._read())
        self._send(create_sync_message(self.doc))
        await asyncio.wait_for(self.synced.wait(), 60)

    async def _read(self) -> None:
        while isinstance(message := await self.connection.read_message(), bytes):
            now = time.perf_counter()
            self.bytes += len(message)
            if message[0] == 1:
                self._hear_presence(message, now)
            elif not self.synced.is_set() or (self.follows and message[0] == 0):
                answer = handle_sync_message(message[1:], self.doc) if message[0] == 0 else None
                if answer is not None:
                    self._send(answer)
                if message[:2] == b"\x00\x01":
                    self.synced.set()
            elif message[0] == 0:
                for found in MARK.findall(message):
                    sent = self.measure.sent.get(int(found))
                    if sent is not None:
                        self.measure.delays_ms.append((now - sent) * 1000)

    def _hear_presence(self, message: bytes, now: float) -> None:
        if self.follows:
            self.awareness.apply_awareness_update(read_message(message[1:]), "remote")
            for number in self.awareness.states:
                self.seen.setdefault(number, now)
            self._heard.set()

    async def sees(self, other: Typist) -> None:
        """Wait until it has heard of *other*."""
        while other.doc.client_id not in self.seen:
            self._heard.clear()
            await self._heard.wait()

    def text(self) -> str:
        """All that stands in the notebook."""
        return "".join(str(cell["source"]) for cell in self.doc.get("cells", type=Array))

    def edit(self, cell: int, text: str) -> None:
        """Write at the end of a cell."""
        self._typing = True
        source = self.doc.get("cells", type=Array)[cell]["source"]
        source += text
        self._typing = False

    def rerun(self, cell: int, output: dict[str, Any]) -> None:
        """Run a cell again: its output takes the place of the one before."""
        self._typing = True
        outputs = self.doc.get("cells", type=Array)[cell]["outputs"]
        with self.doc.transaction():
            outputs.clear()
            outputs.append(output)
        self._typing = False

    def outputs(self, cell: int) -> list[dict[str, Any]]:
        """The outputs of a cell."""
        return [output.to_py() for output in self.doc.get("cells", type=Array)[cell]["outputs"]]

    def clear_outputs(self) -> None:
        """Clear the outputs of all cells."""
        self._typing = True
        with self.doc.transaction():
            for cell in self.doc.get("cells", type=Array):
                cell["outputs"].clear()
        self._typing = False

    def stand(self, number: int) -> None:
        """Move the cursor."""
        self.awareness.set_local_state({"user": {"name": "x"}, "cursors": [number], "current": "a.ipynb"})
        self._send(create_awareness_message(self.awareness.encode_awareness_update([self.doc.client_id])))

    def type(self, number: int, cell: int) -> None:
        """One edit and one move of the cursor."""
        self.measure.sent[number] = time.perf_counter()
        self.edit(cell, f"<{number}>")
        self.stand(number)

    async def go(self) -> None:
        """Close the tab."""
        self.connection.close()
        await self.reader


def notebook(cells: int) -> str:
    """An empty notebook with some cells."""
    blank = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": ""}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}
    book = {"cells": [{**blank, "id": f"c{n}"} for n in range(cells)], "metadata": kernel}
    return json.dumps({**book, "nbformat": 4, "nbformat_minor": 5})


OURS = ("ours", sys.executable, "jupyter_hubcollab")
PEER = "jupyter-collaboration 5.0.4"


@cache
def servers() -> list[tuple[str, str, str]]:
    """Ours, and the peer in an environment of its own unless ``PEER=0`` or it cannot be had.

    ``PEER_PYTHON`` names an interpreter that has it already.
    """
    if os.environ.get("PEER") == "0":
        return [OURS]
    python = os.environ.get("PEER_PYTHON") or _peer_python()
    return [OURS, (PEER, python, "jupyter_server_ydoc")] if python else [OURS]


def _peer_python() -> str | None:
    folder = Path(__file__).parents[1] / ".clients" / "jupyter-collaboration"
    python, stamp = folder / "bin" / "python", folder / "installed"
    if not stamp.exists():
        venv.create(folder, with_pip=True, clear=True)
        wanted = ["jupyter-collaboration==5.0.4", "jupyter-server", "jupyter-server-fileid"]
        pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        try:
            done = subprocess.run([*pip, *wanted], check=False, timeout=600)
        except subprocess.TimeoutExpired:
            return None
        if done.returncode:
            return None
        stamp.touch()
    return str(python)


@asynccontextmanager
async def running(python: str, extension: str, files: dict[str, str], *options: str) -> AsyncIterator[Server]:
    """A fresh server over *files*, killed at the end."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for path, text in files.items():
            (folder / path).write_text(text)
        server = Server(python, extension, folder, *options)
        try:
            await server.ready()
            yield server
        finally:
            server.process.kill()
            server.process.wait()


def quantiles(delays_ms: list[float]) -> tuple[float, float]:
    """Median and 99th percentile."""
    cuts = statistics.quantiles(delays_ms, n=100)
    return cuts[49], cuts[98]
