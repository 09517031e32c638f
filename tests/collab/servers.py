"""A real Jupyter server for rooms, which tests may kill."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from ports import free_port
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

from .people import Tab

TOKEN = "crash-test"


class Server:
    """A Jupyter server in a process of its own, with our extension, and *others* if asked for."""

    def __init__(self, folder: Path, *others: str) -> None:
        self.folder = folder
        self._extensions = ["jupyter_hubcollab", *others]
        self.readers: list[asyncio.Task[None]] = []
        self.process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    async def start(self, *more: str) -> None:
        options = [
            *more,
            f"--ServerApp.root_dir={self.folder}",
            f"--port={self.port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={TOKEN}",
            "--no-browser",
            "--allow-root",
        ]
        environment = {**os.environ, "JUPYTER_DATA_DIR": str(self.folder / "jupyter"), "PYTHONWARNINGS": "default"}
        enabled = [f"--ServerApp.jpserver_extensions={name}=True" for name in self._extensions]
        command = [sys.executable, "-m", "jupyter_server", *enabled, *options]
        self.process = await asyncio.to_thread(self._run, command, environment)
        deadline = time.monotonic() + 150
        while True:
            try:
                await self.fetch("GET", "api/status")
                return
            except (ConnectionError, OSError):
                assert self.process is not None
                assert self.process.poll() is None, self.said()
                assert time.monotonic() < deadline, self.said()
                await asyncio.sleep(0.1)

    def _run(self, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self.folder / "server.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=environment)

    def said(self) -> str:
        return (self.folder / "server.log").read_text()[-3000:]

    async def fetch(self, method: str, path: str, body: str | None = None) -> bytes:
        headers = {"Authorization": f"token {TOKEN}"}
        request = HTTPRequest(f"http://127.0.0.1:{self.port}/{path}", method=method, headers=headers, body=body)
        return (await AsyncHTTPClient().fetch(request)).body

    async def room(self, path: str) -> str:
        """The address of the room of a notebook, with what a client needs to enter."""
        body = '{"format": "json", "type": "notebook"}'
        asked = json.loads(await self.fetch("PUT", f"api/collaboration/session/{path}", body))
        room = f"ws://127.0.0.1:{self.port}/api/collaboration/room/json:notebook:{asked['fileId']}"
        return f"{room}?sessionId={asked['sessionId']}&token={TOKEN}"

    async def come(self, tab: Tab, path: str) -> None:
        """Open a tab on a notebook, and keep it open until the server is gone."""
        connection = await websocket_connect(await self.room(path))
        tab.synced.clear()
        tab.closed = asyncio.get_running_loop().create_future()
        self.readers.append(asyncio.create_task(self._listen(connection, tab)))
        tab.connected(lambda message: _send(connection, message))
        async with asyncio.timeout(60):
            await tab.synced.wait()

    async def _listen(self, connection: WebSocketClientConnection, tab: Tab) -> None:
        while (message := await connection.read_message()) is not None:
            tab.hear(message)
        tab.send = None
        connection.close()
        tab.closed.set_result((connection.close_code or 0, ""))

    async def end(self, how: signal.Signals) -> float:
        """Send a signal; gives the seconds until the process is gone."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(how)
        await asyncio.to_thread(self.process.wait, 60)
        took = time.monotonic() - began
        await asyncio.gather(*self.readers)
        return took

    async def end_gently(self) -> float:
        """SIGTERM."""
        return await self.end(signal.SIGTERM)

    @contextmanager
    def held(self) -> Iterator[None]:
        """While it does nothing at all, as on a machine that has no time for it."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def on_disk(self, path: str) -> list[str]:
        return ["".join(cell["source"]) for cell in json.loads((self.folder / path).read_text())["cells"]]

    async def on_disk_at_last(self, path: str, sources: list[str]) -> bool:
        """Whether a file has it; what a busy machine has not saved before the end, it saves after the next start."""
        for _ in range(3):
            if self.on_disk(path) == sources:
                return True
            await self.start()
            await self.come(Tab(), path)
            await self.end_gently()
        return False


def _send(connection: WebSocketClientConnection, message: bytes) -> None:
    """Send; on a line that has just broken it is lost, as in a browser, and the document has it."""
    with suppress(WebSocketClosedError):
        connection.write_message(message, binary=True)
