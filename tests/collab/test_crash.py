"""A real server, killed and stopped at bad moments."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from .people import Tab, notebook

TOKEN = "crash-test"


class Server:
    """A Jupyter server in a process of its own, with nothing but our extension."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.readers: list[asyncio.Task[None]] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    async def start(self) -> None:
        options = [
            f"--ServerApp.root_dir={self.folder}",
            f"--port={self.port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={TOKEN}",
            "--no-browser",
            "--allow-root",
        ]
        environment = {**os.environ, "JUPYTER_DATA_DIR": str(self.folder / "jupyter"), "PYTHONWARNINGS": "default"}
        enabled = "--ServerApp.jpserver_extensions=jupyter_hubcollab=True"
        command = [sys.executable, "-m", "jupyter_server", enabled, *options]
        self.process = await asyncio.to_thread(self._run, command, environment)
        deadline = time.monotonic() + 60
        while True:
            try:
                await self.fetch("GET", "api/status")
                return
            except (ConnectionError, OSError):
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

    async def come(self, tab: Tab, path: str) -> None:
        """Open a tab on a notebook, and keep it open until the server is gone."""
        asked = json.loads(
            await self.fetch("PUT", f"api/collaboration/session/{path}", '{"format": "json", "type": "notebook"}')
        )
        room = f"ws://127.0.0.1:{self.port}/api/collaboration/room/json:notebook:{asked['fileId']}"
        connection = await websocket_connect(f"{room}?sessionId={asked['sessionId']}&token={TOKEN}")
        tab.synced.clear()
        tab.closed = asyncio.get_running_loop().create_future()
        self.readers.append(asyncio.create_task(self._listen(connection, tab)))
        tab.connected(lambda message: connection.write_message(message, binary=True))
        async with asyncio.timeout(20):
            await tab.synced.wait()

    async def _listen(self, connection: WebSocketClientConnection, tab: Tab) -> None:
        while (message := await connection.read_message()) is not None:
            tab.hear(message)
        tab.send = None
        connection.close()
        tab.closed.set_result((connection.close_code or 0, ""))

    async def end(self, how: signal.Signals) -> float:
        """Send a signal; gives the seconds until the process is gone."""
        began = time.monotonic()
        self.process.send_signal(how)
        await asyncio.to_thread(self.process.wait, 15)
        took = time.monotonic() - began
        await asyncio.gather(*self.readers)
        return took

    def on_disk(self, path: str) -> list[str]:
        return ["".join(cell["source"]) for cell in json.loads((self.folder / path).read_text())["cells"]]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    if server.process.poll() is None:
        server.process.kill()
        server.process.wait()


@pytest.mark.parametrize("minor", [4, 5])
async def test_a_killed_server_loses_nothing_that_another_saw(server: Server, minor: int) -> None:
    """SIGKILL while two people type without pause: after restart every token stands once, everywhere."""
    (server.folder / "a.ipynb").write_text(json.dumps(notebook("", "", minor=minor)))
    await server.start()
    ana, ben = Tab(), Tab()
    await server.come(ana, "a.ipynb")
    await server.come(ben, "a.ipynb")

    for number in range(150):
        ana.type(f"a{number} ")
        ben.type(f"b{number} ", cell=1)
        await ben.until(lambda n=number: f"a{n} " in ben.sources[0])
    await server.end(signal.SIGKILL)
    await asyncio.gather(ana.closed, ben.closed)
    ana.type("offline ")
    await server.start()
    carl = Tab()
    await server.come(carl, "a.ipynb")
    seen_by_carl = carl.sources
    await server.come(ana, "a.ipynb")
    await server.come(ben, "a.ipynb")
    await carl.until(lambda: carl.sources == ana.sources == ben.sources and "offline" in carl.sources[0])
    await server.end(signal.SIGTERM)

    typed = "".join(f"a{number} " for number in range(150))
    assert seen_by_carl[0] == typed
    assert server.on_disk("a.ipynb") == carl.sources
    assert carl.sources[0] == typed + "offline "
    assert carl.sources[1] == "".join(f"b{number} " for number in range(150))


async def test_a_stopped_server_saves_and_goes(server: Server) -> None:
    """SIGTERM with people connected and typing: the file has everything, and the process goes by itself."""
    (server.folder / "a.ipynb").write_text(json.dumps(notebook("", "")))
    await server.start()
    ana, ben = Tab(), Tab()
    await server.come(ana, "a.ipynb")
    await server.come(ben, "a.ipynb")

    for number in range(40):
        ana.type(f"a{number} ")
        await ben.until(lambda n=number: f"a{n} " in ben.sources[0])
    took = await server.end(signal.SIGTERM)
    print(f"gone after {took:.1f} s")

    assert server.on_disk("a.ipynb")[0] == ana.sources[0]
