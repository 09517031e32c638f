"""What rooms tell people who follow the hub's events, or begin to."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jupyter_hubcollab.collab import Person
from jupyter_hubcollab.web.notices import NOTICES, REMEMBERED_S, Notices


def test_what_was_told_is_remembered_for_a_minute() -> None:
    """Who was away for longer is told by the room what still holds."""
    seconds = [0.0]
    notices = Notices(lambda: None, now=lambda: seconds[0])
    ana = Person("ana", "Ana")

    notices(ana, "a.ipynb", "gone", {})
    notices(Person("ben", "Ben"), "a.ipynb", "gone", {})
    notices(ana, "a.ipynb", "conflict", {})
    seconds[0] = REMEMBERED_S
    notices(ana, "a.ipynb", "back", {})
    told = [notice.what for notice in notices.lately("ana")]
    seconds[0] += 1

    assert told == ["gone", "back"]
    assert [notice.what for notice in notices.lately("ana")] == ["back"]


async def test_who_comes_back_hears_what_was_told_before_they_listened(jp_serverapp: Any, jp_ws_fetch: Any) -> None:
    """The tab of a laptop that wakes up is in its rooms before it follows the events again."""
    settings = jp_serverapp.web_app.settings
    owner = (await settings["hubcollab_services"].ready()).config.owner
    settings[NOTICES](Person(owner, owner), "a.ipynb", "gone", {})

    socket = await jp_ws_fetch("hubcollab/api/events")

    told = json.loads(await asyncio.wait_for(socket.read_message(), 150))
    assert (told["type"], told["what"], told["path"]) == ("room", "gone", "a.ipynb")
    socket.close()
