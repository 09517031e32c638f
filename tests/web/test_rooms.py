"""Rooms over a real server: HTTP, WebSockets, identity and permissions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tornado.websocket import WebSocketClientConnection

from tests.collab.people import Tab, notebook

Fetch = Callable[..., Awaitable[Any]]


@pytest.fixture
def a_notebook(jp_root_dir: Path) -> Path:
    path = jp_root_dir / "a.ipynb"
    path.write_text(json.dumps(notebook("x = 1", "y = 2")))
    return path


async def session(fetch: Fetch, path: str = "a.ipynb", form: str = "json", kind: str = "notebook") -> dict[str, Any]:
    body = json.dumps({"format": form, "type": kind})
    reply = await fetch("api/collaboration/session", path, method="PUT", body=body)
    return json.loads(reply.body)


class Visitors:
    """Opens tabs on a room of a running server."""

    def __init__(self, fetch: Fetch, ws_fetch: Fetch) -> None:
        self._fetch, self._ws_fetch = fetch, ws_fetch

    async def come(self, tab: Tab, path: str = "a.ipynb", **headers: str) -> WebSocketClientConnection:
        asked = await session(self._fetch, path)
        room = f"json:notebook:{asked['fileId']}"
        connection = await self._ws_fetch(
            "api/collaboration/room", room, params={"sessionId": asked["sessionId"]}, headers=headers
        )
        asyncio.get_running_loop().create_task(listen(connection, tab))
        tab.connected(lambda message: connection.write_message(message, binary=True))
        return connection

    async def join(self, tab: Tab) -> WebSocketClientConnection:
        connection = await self.come(tab)
        async with asyncio.timeout(20):
            await tab.synced.wait()
        return connection


async def listen(connection: WebSocketClientConnection, tab: Tab) -> None:
    while (message := await connection.read_message()) is not None:
        tab.hear(message)
    tab.send = None
    connection.close()
    tab.closed.set_result((connection.close_code, connection.close_reason))


@pytest.fixture
def visitors(jp_fetch: Fetch, jp_ws_fetch: Fetch, a_notebook: Path) -> Visitors:
    return Visitors(jp_fetch, jp_ws_fetch)


async def test_a_session_names_the_file(jp_fetch: Fetch, a_notebook: Path) -> None:
    """The front end gets the id of the file, and the format and type that it asked for."""
    asked = await session(jp_fetch)

    assert asked["format"] == "json"
    assert asked["type"] == "notebook"
    assert asked["fileId"]
    assert asked["sessionId"]


async def test_two_tabs_edit_one_notebook(visitors: Visitors, a_notebook: Path, jp_serverapp: Any) -> None:
    """Two browsers see each other's text, and the file has it."""
    ana, ben = Tab(), Tab()
    first, second = await visitors.join(ana), await visitors.join(ben)

    ana.type(" + 1")
    ben.type(" * 2", cell=1)
    await ana.until(lambda: ana.sources == ["x = 1 + 1", "y = 2 * 2"])
    await ben.until(lambda: ben.sources == ["x = 1 + 1", "y = 2 * 2"])
    await jp_serverapp.web_app.settings["hubcollab_rooms"].stop()
    first.close()
    second.close()

    assert [cell["source"] for cell in json.loads(a_notebook.read_text())["cells"]] == [["x = 1 + 1"], ["y = 2 * 2"]]
