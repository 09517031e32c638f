"""Cells that run on the server: how long until a tab has the output, beside a browser that asks the kernel itself.

The same server, kernel and cell (``6 * 7``). *browser*: the kernel's own WebSocket, as JupyterLab's executor uses it,
until the result is there; *server*: from the request to run the cell until the result is in the tab's document. *after
a pause*: nothing ran for two seconds. *10,000 lines*: until all of a loop's output is there.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import time
from typing import Any
from uuid import uuid4

from pycrdt import Array
from tornado.websocket import WebSocketClientConnection, websocket_connect

from benchmarks._rooms import TOKEN, Measure, Server, Typist, notebook, running

RUNS, PAUSED = 40, 8
LINES = "for i in range(10_000):\n    print('line', i)"


class Browser:
    """A line to the kernel."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self._connection, self._session = connection, uuid4().hex

    async def run(self, code: str) -> None:
        """Until the kernel has said everything."""
        number = uuid4().hex
        header = {"msg_id": number, "msg_type": "execute_request", "username": "x", "session": self._session}
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": True}
        message: dict[str, Any] = {"header": {**header, "version": "5.3", "date": ""}, "content": content}
        message |= {"channel": "shell", "parent_header": {}, "metadata": {}, "buffers": []}
        await self._connection.write_message(json.dumps(message))
        while True:
            said = await self._connection.read_message()
            told = json.loads(said) if isinstance(said, str) else {}
            is_mine = told.get("parent_header", {}).get("msg_id") == number
            if is_mine and told["msg_type"] == "status" and told["content"]["execution_state"] == "idle":
                return


class Person:
    """A tab that has cells run on the server."""

    def __init__(self, server: Server, tab: Typist, kernel: str, room: str) -> None:
        self._server, self._tab, self._kernel, self._room = server, tab, kernel, room
        self._changed = asyncio.Event()
        tab.doc.observe(lambda _: self._changed.set())
        self._count = 0

    async def run(self, code: str) -> None:
        """Until the tab's document has the output, and the cell is over."""
        self._count += 1
        body = {"kernel": self._kernel, "room": self._room, "cell": "c0", "code": code}
        asked = asyncio.create_task(self._server.fetch("POST", "hubcollab/api/executions", json.dumps(body)))
        while not self._is_done():
            self._changed.clear()
            await self._changed.wait()
        await asked

    def _is_done(self) -> bool:
        cell = self._tab.doc.get("cells", type=Array)[0]
        return bool(cell.get("execution_count") == self._count and cell.get("execution_state") == "idle")


def shown(delays_s: list[float]) -> str:
    """Median and the slowest, in milliseconds."""
    return f"{1000 * statistics.median(delays_s):9.1f} {1000 * max(delays_s):9.1f}"


async def timed(one: Browser | Person, code: str, count: int, pause_s: float) -> list[float]:
    """How long runs of a cell take."""
    delays = []
    for _ in range(count):
        await asyncio.sleep(pause_s)
        began = time.perf_counter()
        await one.run(code)
        delays.append(time.perf_counter() - began)
    return delays


async def measured() -> None:
    """The table."""
    async with running(sys.executable, "jupyter_hubcollab", {"a.ipynb": notebook(1)}) as server:
        tab = Typist(Measure())
        tab.follows = True
        await tab.come(server)
        asked = await server.fetch("PUT", "api/collaboration/session/a.ipynb", '{"format":"json","type":"notebook"}')
        rows: list[tuple[str, Browser | Person]] = []
        for name in ("browser", "server"):
            kernel = (await server.fetch("POST", "api/kernels", '{"name": "python3"}'))["id"]
            url = f"ws://127.0.0.1:{server.port}/api/kernels/{kernel}/channels?token={TOKEN}"
            line = Browser(await websocket_connect(url, max_message_size=1 << 30))
            person = Person(server, tab, kernel, f"json:notebook:{asked['fileId']}")
            rows.append((name, line if name == "browser" else person))
        print(f"{'':10} {'6 * 7, ms':>19} {'after a pause, ms':>19} {'10,000 lines, ms':>19}  load")
        for name, one in rows:
            await timed(one, "6 * 7", 3, 0)
            quick = await timed(one, "6 * 7", RUNS, 0)
            paused = await timed(one, "6 * 7", PAUSED, 2)
            lines = await timed(one, LINES, 3, 0)
            print(f"{name:10} {shown(quick)} {shown(paused)} {shown(lines)} {os.getloadavg()[0]:5.1f}", flush=True)


if __name__ == "__main__":
    asyncio.run(measured())
