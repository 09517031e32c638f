"""Roles hold in Jupyter's own routes too: contents and kernels."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab.collab import SETTING, Person
from jupyter_hubcollab.wire import Roles
from tests.collab.people import notebook

Fetch = Callable[..., Awaitable[Any]]
BOSS = Person("boss", "Boss")


@pytest.fixture
def a_notebook(jp_root_dir: Path) -> Path:
    path = jp_root_dir / "a.ipynb"
    path.write_text(json.dumps(notebook("x = 1")))
    (jp_root_dir / "b.ipynb").write_text(json.dumps(notebook("y = 2")))
    return path


async def allow_others(app: Any, role: Any) -> None:
    rooms = app.web_app.settings[SETTING]
    file = await rooms.file_of("a.ipynb")
    await rooms.roles.give(BOSS, file, Roles(file=file, path="a.ipynb", people={"boss": "owner"}, others=role))


async def status(fetch: Fetch, *path: str, **asked: Any) -> int:
    try:
        return int((await fetch(*path, **asked)).code)
    except HTTPClientError as error:
        return int(error.code)


def model(path: str) -> str:
    return json.dumps({"type": "notebook", "format": "json", "content": notebook("overwritten"), "path": path})


@pytest.mark.parametrize(("role", "allowed"), [("editor", True), ("runner", False), ("viewer", False)])
async def test_a_file_is_not_written_past_the_room(
    jp_fetch: Fetch, jp_serverapp: Any, a_notebook: Path, role: str, allowed: bool
) -> None:
    """Saving, renaming and deleting a notebook needs the role that editing it needs; other files are as before."""
    await allow_others(jp_serverapp, role)

    saved = await status(jp_fetch, "api", "contents", "a.ipynb", method="PUT", body=model("a.ipynb"))
    other = await status(jp_fetch, "api", "contents", "b.ipynb", method="PUT", body=model("b.ipynb"))
    renamed = await status(jp_fetch, "api", "contents", "a.ipynb", method="PATCH", body='{"path": "c.ipynb"}')
    read = await status(jp_fetch, "api", "contents", "c.ipynb" if allowed else "a.ipynb")

    assert other == read == 200
    assert ([saved, renamed] == [200, 200]) is allowed
    assert allowed or [saved, renamed] == [403, 403]


async def test_the_roles_of_a_notebook_can_be_asked_and_given(jp_fetch: Fetch, a_notebook: Path) -> None:
    """Whoever gives the first role owns the notebook; a role that is none is refused."""
    before = json.loads((await jp_fetch("hubcollab", "api", "roles", params={"path": "a.ipynb"})).body)
    given = json.dumps({"people": {"ben": "commenter"}, "others": "viewer"})

    reply = await jp_fetch("hubcollab", "api", "roles", params={"path": "a.ipynb"}, method="PUT", body=given)
    after = json.loads(reply.body)
    bad = await status(
        jp_fetch,
        "hubcollab",
        "api",
        "roles",
        params={"path": "a.ipynb"},
        method="PUT",
        body='{"people": {"a": "king"}}',
    )
    nowhere = await status(jp_fetch, "hubcollab", "api", "roles", params={"path": "nowhere.ipynb"})

    assert (before["roles"], before["mine"], before["mayChange"]) == (None, "editor", True)
    assert (after["mine"], after["roles"]["people"]["ben"]) == ("owner", "commenter")
    assert (bad, nowhere) == (400, 404)


async def message(connection: Any, kind: str) -> Any:
    async with asyncio.timeout(60):
        while True:
            heard = json.loads(await connection.read_message())
            if heard["header"]["msg_type"] == kind:
                return heard


def asked(kind: str, content: dict[str, Any]) -> str:
    header = {"msg_id": kind, "msg_type": kind, "username": "", "session": "s", "version": "5.3", "date": "2026-01-01"}
    sent = {
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": content,
        "buffers": [],
        "channel": "shell",
    }
    return json.dumps(sent)


@pytest.mark.slow
async def test_a_viewer_hears_the_kernel_and_runs_nothing(
    jp_fetch: Fetch, jp_ws_fetch: Fetch, jp_serverapp: Any, a_notebook: Path
) -> None:
    """The line to the kernel is open to everybody; what runs code passes only from a runner on."""
    body = {"path": "a.ipynb", "type": "notebook", "name": "", "kernel": {"name": "python3"}}
    session = json.loads((await jp_fetch("api", "sessions", method="POST", body=json.dumps(body))).body)
    kernel = session["kernel"]["id"]
    await allow_others(jp_serverapp, "viewer")
    code = {"code": "print('ran')", "silent": False, "store_history": False, "allow_stdin": False}
    line = await jp_ws_fetch("api", "kernels", kernel, "channels")

    await line.write_message(asked("execute_request", code))
    await line.write_message(asked("kernel_info_request", {}))
    info = await message(line, "kernel_info_reply")
    stopped = await status(jp_fetch, "api", "kernels", kernel, "interrupt", method="POST", body="{}")
    rooms = jp_serverapp.web_app.settings[SETTING]
    file = await rooms.file_of("a.ipynb")
    await rooms.roles.give(BOSS, file, Roles(file=file, path=None, people={"boss": "owner"}, others="runner"))
    await line.write_message(asked("execute_request", code))
    reply = await message(line, "execute_reply")
    line.close()

    assert info["parent_header"]["msg_id"] == "kernel_info_request"
    assert stopped == 403
    assert reply["content"]["execution_count"] <= 1


async def test_a_foreign_page_with_the_persons_cookie_is_refused(
    jp_fetch: Fetch, jp_ws_fetch: Fetch, jp_serverapp: Any
) -> None:
    """A page of another site cannot enter a room with the cookie that the browser sends along."""
    given = await jp_fetch("api", "status")
    cookie = "; ".join(one.split(";")[0] for one in given.headers.get_list("Set-Cookie"))
    host = given.request.url.split("/")[2]
    mine = {"Cookie": cookie, "Authorization": "", "Host": host, "Origin": f"http://{host}"}

    line = await jp_ws_fetch("api", "collaboration", "room", "hubcollab:workspace", headers=mine)
    line.close()
    with pytest.raises(HTTPClientError) as refused:
        await jp_ws_fetch(
            "api", "collaboration", "room", "hubcollab:workspace", headers={**mine, "Origin": "http://evil.example"}
        )

    assert cookie
    assert refused.value.code == 403
