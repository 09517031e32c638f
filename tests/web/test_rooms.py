"""Rooms over a real server: HTTP, WebSockets, identity and permissions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from sqlite3 import ProgrammingError
from typing import Any

import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError
from tornado.websocket import WebSocketClientConnection

from jupyter_hubcollab.collab import release
from jupyter_hubcollab.collab.server import FileIds
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


def on_disk(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]


class Visitors:
    """Opens tabs on a room of a running server."""

    def __init__(self, fetch: Fetch, ws_fetch: Fetch) -> None:
        self._fetch, self._ws_fetch = fetch, ws_fetch
        self._open: list[tuple[WebSocketClientConnection, asyncio.Task[None]]] = []

    async def come(self, tab: Tab, path: str = "a.ipynb", **headers: str) -> WebSocketClientConnection:
        asked = await session(self._fetch, path)
        room = f"json:notebook:{asked['fileId']}"
        return await self.enter(tab, room, sessionId=asked["sessionId"], headers=headers)

    async def enter(self, tab: Tab, room: str, headers: Any = None, **params: str) -> WebSocketClientConnection:
        connection = await self._ws_fetch("api/collaboration/room", room, params=params, headers=headers or {})
        tab.closed = asyncio.get_running_loop().create_future()
        reader = asyncio.get_running_loop().create_task(listen(connection, tab))
        self._open.append((connection, reader))
        tab.connected(lambda message: connection.write_message(message, binary=True))
        return connection

    async def go(self) -> None:
        for connection, reader in self._open:
            connection.close()
            await reader

    async def join(self, tab: Tab) -> WebSocketClientConnection:
        connection = await self.come(tab)
        async with asyncio.timeout(60):
            await tab.synced.wait()
        return connection


async def listen(connection: WebSocketClientConnection, tab: Tab) -> None:
    while (message := await connection.read_message()) is not None:
        tab.hear(message)
    tab.send = None
    connection.close()
    tab.closed.set_result((connection.close_code, connection.close_reason))


async def saved(tab: Tab) -> None:
    """Ask for a save, and wait for the answer: everything sent before has been heard by then."""
    assert tab.send is not None
    tab.send(b"\x02\x04save\x07")
    await tab.until(lambda: any(b"responseTo" in message for message in tab.raw))


@pytest.fixture
def visitors(
    jp_fetch: Fetch, jp_ws_fetch: Fetch, a_notebook: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Visitors]:
    visitors = Visitors(jp_fetch, jp_ws_fetch)
    yield visitors
    jp_asyncio_loop.run_until_complete(visitors.go())


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
    await visitors.join(ana)
    await visitors.join(ben)

    ana.type(" + 1")
    ben.type(" * 2", cell=1)
    await ana.until(lambda: ana.sources == ["x = 1 + 1", "y = 2 * 2"])
    await ben.until(lambda: ben.sources == ["x = 1 + 1", "y = 2 * 2"])
    await jp_serverapp.web_app.settings["hubcollab_rooms"].stop()

    assert on_disk(a_notebook) == ["x = 1 + 1", "y = 2 * 2"]


async def test_a_document_type_that_is_no_name_is_refused(jp_fetch: Fetch, a_notebook: Path) -> None:
    """Bad bodies and missing files have their statuses, as everywhere."""
    with pytest.raises(HTTPClientError) as bad:
        await jp_fetch("api/collaboration/session", "a.ipynb", method="PUT", body="[]")
    with pytest.raises(HTTPClientError) as odd:
        await session(jp_fetch, form="a:b")
    with pytest.raises(HTTPClientError) as missing:
        await session(jp_fetch, "missing.ipynb")

    assert (bad.value.code, odd.value.code, missing.value.code) == (400, 400, 404)


async def test_a_missing_file_closes_with_the_code_that_the_front_end_knows(jp_ws_fetch: Fetch) -> None:
    """The front end shows "could not find" for 4404."""
    connection = await jp_ws_fetch("api/collaboration/room", "json:notebook:no-such-id")

    ending = await connection.read_message()
    code = connection.close_code
    connection.close()

    assert ending is None
    assert code == 4404


async def test_a_foreign_page_cannot_enter(visitors: Visitors, jp_base_url: str) -> None:
    """A WebSocket with another origin is refused, unless the server's settings allow it."""
    with pytest.raises(HTTPClientError) as refused:
        await visitors.come(Tab(), Origin="http://evil.example", Cookie="", Authorization="")

    assert refused.value.code in (401, 403)


class ReadersOnly(Authorizer):
    """Lets everybody read."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return action == "read"


EXTENSIONS = {"jpserver_extensions": {"jupyter_hubcollab": True}}


@pytest.mark.parametrize("jp_server_config", [{"ServerApp": {"authorizer_class": ReadersOnly, **EXTENSIONS}}])
async def test_a_reader_reads_and_does_not_write(visitors: Visitors, a_notebook: Path, jp_serverapp: Any) -> None:
    """With an authorizer that allows reading only, no edit gets through."""
    reader = Tab()
    await visitors.join(reader)

    reader.type("FORBIDDEN")
    await reader.until(lambda: bool(reader.raw))
    document = await ydoc_of(jp_serverapp).get_document(path="a.ipynb", content_type="notebook", file_format="json")

    assert reader.sources[0] == "x = 1FORBIDDEN"
    assert "FORBIDDEN" not in json.dumps(document.source)


def ydoc_of(serverapp: Any) -> Any:
    return serverapp.web_app.settings["jupyter_server_ydoc"]


async def test_other_extensions_get_live_documents(visitors: Visitors, jp_serverapp: Any) -> None:
    """`get_document` gives what people edit; what an extension writes, they see."""
    ana = Tab()
    place = {"path": "a.ipynb", "content_type": "notebook", "file_format": "json"}
    before = await ydoc_of(jp_serverapp).get_document(**place, copy=False)
    await visitors.join(ana)
    live = await ydoc_of(jp_serverapp).get_document(**place, copy=False)
    copy = await ydoc_of(jp_serverapp).get_document(**place)

    copy.set_cell(0, source="only in the copy")
    live.set_cell(1, source="y = 'by an extension'")
    await ana.until(lambda: ana.sources == ["x = 1", "y = 'by an extension'"])

    assert before is None


async def test_a_document_is_opened_for_an_extension(jp_serverapp: Any, a_notebook: Path) -> None:
    """With `create=True` nobody else needs to be there; without a place there is an error."""
    place = {"path": "a.ipynb", "content_type": "notebook", "file_format": "json"}
    live = await ydoc_of(jp_serverapp).get_document(**place, copy=False, create=True)

    assert [cell["source"] for cell in live.source["cells"]] == ["x = 1", "y = 2"]
    with pytest.raises(ValueError, match="room_id"):
        await ydoc_of(jp_serverapp).get_document(path="a.ipynb")


async def test_the_history_names_the_people(visitors: Visitors, jp_fetch: Fetch) -> None:
    """The steps that made a notebook say who and when."""
    ana, ben = Tab(), Tab()
    await visitors.join(ana)
    await visitors.join(ben)
    ana.type(" + 1")
    await ben.until(lambda: ben.sources[0] == "x = 1 + 1")

    reply = await jp_fetch("api/collaboration/history/a.ipynb", params={"format": "json", "type": "notebook"})
    steps = json.loads(reply.body)["steps"]

    assert [bool(step["author"]) for step in steps[:2]] == [False, True]
    assert steps[-1]["displayName"]


async def test_the_timeline_is_walked_and_restored(visitors: Visitors, jp_fetch: Fetch) -> None:
    """The upstream slider works: a tab follows the fork back, and brings what it saw there into the room."""
    ana, ben = Tab(), Tab()
    connection = await visitors.join(ana)
    await visitors.join(ben)
    ana.type(" + 1")
    await ben.until(lambda: ben.sources[0] == "x = 1 + 1")
    place = {"format": "json", "type": "notebook"}
    timeline = json.loads((await jp_fetch("api/collaboration/timeline/a.ipynb", params=place)).body)
    connection.close()
    await ana.closed

    fork = await visitors.enter(ana, timeline["forkRoom"])
    steps = {"forkRoom": timeline["forkRoom"], "steps": "1"}
    undo = f"api/collaboration/undo_redo/{timeline['roomId']}"
    await jp_fetch(undo, method="PUT", body="", params={**steps, "action": "undo"})
    await ana.until(lambda: ana.sources[0] == "x = 1")
    await jp_fetch(undo, method="PUT", body="", params={**steps, "action": "restore"})
    fork.close()
    await ana.closed
    await visitors.join(ana)

    await ben.until(lambda: ben.sources[0] == "x = 1")


async def test_a_fork_is_made_edited_and_merged(visitors: Visitors, jp_fetch: Fetch) -> None:
    """Work on a copy does not show in the room until the copy is merged."""
    ana, ben = Tab(), Tab()
    await visitors.join(ana)
    room = "json:notebook:" + (await session(jp_fetch))["fileId"]
    body = json.dumps({"title": "try", "description": "", "synchronize": False})
    made = json.loads((await jp_fetch(f"api/collaboration/fork/{room}", method="PUT", body=body)).body)
    await visitors.enter(ben, made["fork_roomid"])
    await ben.synced.wait()

    ben.type(" # in the fork", cell=1)
    await saved(ben)
    ana.type(" # in the room")
    listed = json.loads((await jp_fetch(f"api/collaboration/fork/{room}")).body)
    await jp_fetch(f"api/collaboration/fork/{made['fork_roomid']}", method="DELETE", params={"merge": "true"})
    await ana.until(lambda: ana.sources == ["x = 1 # in the room", "y = 2 # in the fork"])

    assert listed[made["fork_roomid"]]["title"] == "try"


async def test_a_save_is_acknowledged(visitors: Visitors) -> None:
    """Ctrl+S is answered when the file is written."""
    ana = Tab()
    await visitors.join(ana)

    await saved(ana)

    assert b'"responseTo": 7, "status": "success"' in ana.raw[0]


async def test_events_tell_what_rooms_do(visitors: Visitors, jp_serverapp: Any) -> None:
    """Listeners of jupyter-collaboration's events hear ours."""
    heard: list[dict[str, Any]] = []

    async def listen_in(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        heard.append(data)

    ana = Tab()
    await visitors.join(ana)
    for name in ("session", "awareness"):
        schema = f"https://schema.jupyter.org/jupyter_collaboration/{name}/v1"
        jp_serverapp.event_logger.add_listener(schema_id=schema, listener=listen_in)
    ben = Tab()
    await visitors.join(ben)
    ana.type("!")
    await saved(ana)
    await jp_serverapp.event_logger.gather_listeners()

    assert {"join"} <= {event["action"] for event in heard}
    assert {"save"} <= {event["action"] for event in heard}


class NoHub:
    """A hub that does not start."""

    made = None

    async def ready(self) -> None:
        raise RuntimeError("the index is damaged")


async def test_rooms_need_no_hub(visitors: Visitors, jp_serverapp: Any) -> None:
    """A hub that cannot start, or not yet, keeps nobody from editing together."""
    jp_serverapp.web_app.settings["hubcollab_services"] = NoHub()
    ana = Tab()

    await visitors.join(ana)
    await saved(ana)

    assert ana.sources == ["x = 1", "y = 2"]


async def test_points_are_named_compared_and_restored_over_http(visitors: Visitors, jp_fetch: Fetch) -> None:
    """What the service does, the routes do: name a point, see what changed since and who wrote it, go back."""
    ana, place = Tab(), "a.ipynb"
    await visitors.join(ana)
    post = {"method": "POST"}
    named = await jp_fetch("api/collaboration/points", place, body=json.dumps({"name": "before"}), **post)
    number = json.loads(named.body)["number"]
    ana.type(" + 1")
    await saved(ana)

    steps = json.loads((await jp_fetch("api/collaboration/history", place)).body)["steps"]
    span = {"since": str(number), "until": str(steps[-1]["number"])}
    changed = json.loads((await jp_fetch("api/collaboration/difference", place, params=span)).body)
    writers = json.loads((await jp_fetch("api/collaboration/writers", place)).body)["cells"]
    await jp_fetch("api/collaboration/restore", place, body=json.dumps({"number": number}), **post)
    await ana.until(lambda: ana.sources[0] == "x = 1")
    points = json.loads((await jp_fetch("api/collaboration/points", place)).body)["points"]
    await jp_fetch("api/collaboration/points", place, method="DELETE", params={"number": str(number)})

    assert "x = 1 + 1" in changed["text"]
    assert [run["length"] for run in writers["cell-0"]] == [5, 4]
    assert [point["name"] for point in points] == ["before"]


def test_a_server_that_stops_leaves_no_file_ids_open(jp_serverapp: Any) -> None:
    """If they were made here; what another extension has opened is its own."""
    settings = jp_serverapp.web_app.settings
    ids = FileIds(jp_serverapp)
    ids.index("a.ipynb")
    made = settings["file_id_manager"]

    release(jp_serverapp)
    release(jp_serverapp)
    settings["file_id_manager"] = theirs = object()
    release(jp_serverapp)

    with pytest.raises(ProgrammingError, match="closed"):
        made.con.execute("SELECT 1")
    assert settings["file_id_manager"] is theirs
