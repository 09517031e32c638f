"""The workspace over REST and WebSocket: identity, mentions, refusals."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pycrdt import Map
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab.collab import SETTING, Person
from jupyter_hubcollab.wire import Author, Mentioned, Thread
from tests.collab.people import Tab, notebook

from .test_rooms import a_notebook as a_notebook  # noqa: PLC0414  a fixture
from .test_rooms import visitors as visitors  # noqa: PLC0414  a fixture

Fetch = Callable[..., Awaitable[Any]]


async def ask(fetch: Fetch, path: str, body: object = None, method: str | None = None) -> Any:
    sent = None if body is None else json.dumps(body)
    way = method or ("GET" if body is None else "POST")
    reply = await fetch("hubcollab", "api", *path.split("/"), method=way, body=sent, allow_nonstandard_methods=True)
    return json.loads(reply.body) if reply.body else None


async def status(fetch: Fetch, path: str, body: object = None, method: str | None = None) -> int:
    try:
        await ask(fetch, path, body, method)
    except HTTPClientError as error:
        return int(error.code)
    return 200


async def test_what_is_written_bears_the_servers_name_and_is_seen_live(
    jp_fetch: Fetch, jp_serverapp: Any, visitors: Any
) -> None:
    """A pin and a comment have the author whom the server knows; a panel in the room shows both."""
    panel = Tab("text")
    await visitors.enter(panel, "hubcollab:workspace")
    await ask(jp_fetch, "workspace/pins/run1", {"name": "first", "note": "best"}, "PUT")

    thread = await ask(jp_fetch, "workspace/threads", {"kind": "cell", "path": "a.ipynb", "cell": "c", "text": "Hm"})
    await panel.until(lambda: thread["id"] in panel.doc.get("threads", type=Map))
    me = await ask(jp_fetch, "me")
    whole = await ask(jp_fetch, "workspace")
    text = (await jp_fetch("hubcollab", "api", "workspace", "export")).body.decode()

    assert whole["pins"][0]["by"]["name"] == thread["comments"][0]["author"]["name"] == me["name"]
    assert "Hm" in text
    assert "best" in text


async def test_who_is_mentioned_is_told(jp_fetch: Fetch, jp_ws_fetch: Fetch, jp_serverapp: Any) -> None:
    """A mention reaches that person's panel, and nobody else's."""
    me = (await ask(jp_fetch, "me"))["name"]
    rooms = jp_serverapp.web_app.settings[SETTING]
    await rooms.shared.pin(Person(me, "Me"), "run", name="", note="")
    await rooms.shared.pin(Person("zoe", "Zoe"), "run", name="", note="")
    thread = await ask(jp_fetch, "workspace/threads", {"kind": "run", "id": "run", "text": "@zoe look"})
    line = await jp_ws_fetch("hubcollab", "api", "events")
    services = await jp_serverapp.web_app.settings["hubcollab_services"].ready()
    shape = msgspec.convert(thread, Thread)
    by = Author(name="zoe", display_name="Zoe")

    services.events.publish(Mentioned(to="zoe", by=by, thread=shape, comment="not for me"))
    services.events.publish(Mentioned(to=me, by=by, thread=shape, comment="for me"))
    async with asyncio.timeout(60):
        while True:
            heard = json.loads(await line.read_message())
            if heard["type"] == "mentioned":
                break
    line.close()

    assert thread["comments"][0]["mentions"] == ["zoe"]
    assert heard["comment"] == "for me"


HOSTILE: list[tuple[str, object, str, int]] = [
    ("workspace/pins/no%20run", {"note": ""}, "PUT", 400),
    ("workspace/shortlist/team/nothing", {"note": ""}, "PUT", 404),
    ("workspace/threads", {"kind": "model", "id": "team/nothing", "text": "x"}, "POST", 404),
    ("workspace/threads", {"kind": "cell", "path": "a.ipynb", "text": "no cell"}, "POST", 400),
    ("workspace/threads", {"kind": "cell", "path": "../etc/passwd", "cell": "c", "text": "x"}, "POST", 404),
    ("workspace/threads", {"kind": "run", "id": "r", "text": "   "}, "POST", 400),
    ("workspace/threads", {"kind": "run", "id": "r", "text": "x" * 30_000}, "POST", 400),
    ("workspace/threads", {"kind": "planet", "id": "r", "text": "x"}, "POST", 400),
    ("workspace/threads/none", {"resolved": True}, "PATCH", 404),
    ("workspace/threads/none/comments", {"text": "x"}, "POST", 404),
    ("workspace/drafts/none", None, "DELETE", 404),
    ("suggestions", {"path": "a.txt", "title": "x"}, "POST", 400),
    ("suggestions/none", {"change": "c", "accept": True}, "POST", 404),
    ("executions", {"kernel": "none", "room": "json:notebook:none", "cell": "c"}, "POST", 404),
    ("executions", {"kernel": "none", "room": "hubcollab:workspace", "cell": "c"}, "POST", 400),
    ("executions/none/input", {"text": "x"}, "POST", 404),
]


@pytest.mark.parametrize(("path", "body", "method", "expected"), HOSTILE, ids=lambda value: str(value)[:40])
async def test_what_makes_no_sense_is_refused(
    jp_fetch: Fetch, a_notebook: Path, path: str, body: object, method: str, expected: int
) -> None:
    """Bad input has its status, and never 500."""
    a_notebook.write_text(json.dumps(notebook("x")))  # noqa: ASYNC240  a small file

    assert await status(jp_fetch, path, body, method) == expected


async def test_one_comparison_of_runs_is_under_discussion(jp_fetch: Fetch, visitors: Any) -> None:
    """Whoever has the panel sees it live, with how it is drawn; the next one takes its place; nonsense is refused."""
    panel = Tab("text")
    await visitors.enter(panel, "hubcollab:workspace")
    shown = panel.doc.get("comparison", type=Map)

    await ask(jp_fetch, "workspace/comparison", {"runs": ["a", "b"]}, "PUT")
    await ask(
        jp_fetch, "workspace/comparison", {"runs": ["a", "c", "a"], "smoothing": 0.5, "metrics": ["größe"]}, "PUT"
    )
    await panel.until(lambda: "now" in shown and shown.to_py()["now"]["runs"] == ["a", "c"])
    whole = await ask(jp_fetch, "workspace")
    refused = [{"runs": ["a"]}, {"runs": ["a", "b"], "smoothing": 1}, {"runs": [str(n) for n in range(21)]}]

    assert (whole["comparison"]["metrics"], whole["comparison"]["smoothing"]) == (["größe"], 0.5)
    assert whole["comparison"]["by"]["name"] == (await ask(jp_fetch, "me"))["name"]
    assert [await status(jp_fetch, "workspace/comparison", body, "PUT") for body in refused] == [400] * 3
    assert await status(jp_fetch, "workspace/comparison", method="DELETE") == 200
    assert (await ask(jp_fetch, "workspace"))["comparison"] is None
    assert await status(jp_fetch, "workspace/comparison", method="DELETE") == 404
