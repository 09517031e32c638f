"""A server ends in three seconds, whatever its kernels do."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from collab.servers import TOKEN, Server
from tornado.websocket import websocket_connect

from jupyter_hubcollab.lazy import Lazy

STUBBORN = "import signal\nfor one in (2, 15): signal.signal(one, signal.SIG_IGN)\nprint('deaf')\nwhile True: pass"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path) as server:
        yield server


async def run(server: Server, kernel: str, code: str) -> None:
    """Have a kernel run something, and wait until it has printed a word."""
    url = f"ws://127.0.0.1:{server.port}/api/kernels/{kernel}/channels?token={TOKEN}"
    line = await websocket_connect(url)
    header = {"msg_id": "1", "msg_type": "execute_request", "session": "s", "username": "u", "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    empty: dict[str, object] = {"parent_header": {}, "metadata": {}}
    await line.write_message(json.dumps({"channel": "shell", "header": header, "content": content, **empty}))
    async with asyncio.timeout(60):
        while '"stream"' not in str(await line.read_message()):
            pass
    line.close()


@pytest.mark.slow
async def test_a_kernel_that_will_not_end_does_not_keep_the_server(server: Server) -> None:
    """Jupyter gives each kernel as long as it is told; a server that is stopped has three seconds for everything."""
    await server.start("--AsyncKernelManager.shutdown_wait_time=300")
    kernel = json.loads(await server.fetch("POST", "api/kernels", "{}"))["id"]
    await run(server, kernel, STUBBORN)

    took_s = await server.end(signal.SIGTERM)

    assert took_s < 30  # three, and what a busy machine adds


async def test_what_is_made_when_the_end_comes_is_waited_for() -> None:
    """A hub that is being opened is closed well; one that nobody opened is not opened for that."""
    begun, idle = Lazy(lambda: "hub"), Lazy(lambda: "hub")
    begun.start()

    last = await begun.last(10), await idle.last(10)

    assert last == ("hub", None)
