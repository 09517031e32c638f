"""One room and its tabs."""

from __future__ import annotations

from contextlib import suppress

import pytest

from jupyter_hubcollab.errors import BadInput, RoomNotFound

from .conftest import ROOM, Site
from .people import ANA, BEN, Tab


async def test_two_people_see_what_the_other_types(site: Site) -> None:
    """What one types, the other has, and the file too."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)

    ana.type(" + 1")
    ben.type(" * 2", cell=1)
    await ana.until(lambda: ana.sources[1] == "y = 2 * 2")
    await ben.until(lambda: ben.sources[0] == "x = 1 + 1")
    await site.files.written.wait()

    assert ana.sources == ben.sources == ["x = 1 + 1", "y = 2 * 2"]


async def test_nobody_gets_back_what_they_wrote(site: Site) -> None:
    """The author of an edit is sent the edits of others only."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    ana.received.clear()

    ana.type("SECRET")
    await ben.until(lambda: "SECRET" in ben.sources[0])

    assert not [message for message in ana.received if b"SECRET" in message]


async def test_a_slow_tab_does_not_hold_up_others_and_misses_nothing(site: Site) -> None:
    """A tab whose line is full gets what it missed in one message when the line is free."""
    ana, ben, slow = Tab(), Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    pipe = await site.door().join(slow, BEN)
    pipe.is_stuck = True
    pipe.client.most_waiting_bytes = 100

    for number in range(100):
        ana.type(f"{number:010}")
        await ben.until(lambda text=f"{number:010}": ben.sources[0].endswith(text))  # type: ignore[misc]
    waiting = pipe.client.waiting_bytes
    pipe.unstick()
    await slow.until(lambda: slow.sources == ana.sources)

    assert waiting < 1000
    assert slow.sources == ben.sources


async def test_an_edit_is_in_the_log_before_others_see_it(site: Site) -> None:
    """When an edit reaches another tab, a server that dies at that moment has it."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    stored: list[bool] = []
    log = await site.rooms.log()

    def look() -> bool:
        if "durable?" in ben.sources[0]:
            stored.append(any(b"durable?" in update.content for update in log.updates(ROOM)))
        return bool(stored)

    ana.type("durable?")
    await ben.until(look)

    assert stored == [True]


async def test_every_edit_is_stored_with_its_author(site: Site) -> None:
    """The log knows who wrote what, by the server's word."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)

    ana.type("from ana")
    await ben.until(lambda: "from ana" in ben.sources[0])
    ben.type("from ben")
    await ana.until(lambda: "from ben" in ana.sources[0])
    history = await site.rooms.past.steps(ROOM)

    assert [step.author for step in history if b"from " in step.content] == ["ana", "ben"]
    assert (await site.rooms.people())["ana"] == "Ana Álvarez"


async def test_who_may_only_read_cannot_write(site: Site) -> None:
    """The edit of a reader reaches neither the document nor the file, and the reader is told."""
    ana, ben = Tab(), Tab()
    door = site.door()
    door.readers.add("ben")
    await door.join(ana, ANA)
    await door.join(ben, BEN)

    ben.type("FORBIDDEN")
    await ben.until(lambda: bool(ben.raw))
    ana.type("!")
    await site.files.written.wait()

    assert ana.sources[0] == "x = 1!"
    assert b"refused" in ben.raw[0]


async def test_an_edit_sent_before_the_greeting_waits_for_it(site: Site) -> None:
    """A tab that types before it has said what it has loses nothing."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    pipe = await site.door().join(ben, BEN)
    pipe.cut()
    ben.type(" offline")
    await site.door().join(ben, BEN)
    ben.type(" online")

    await ana.until(lambda: ana.sources[0] == "x = 1 offline online")


HOSTILE = [
    b"",
    b"\x00",
    b"\x00\x00",
    b"\x00\x00\xff\xff\xff\xff\x0f",
    b"\x00\x01\x05\x01\x02",
    b"\x00\x02\x03\xff\xff\xff",
    b"\x01\x05\x01\x01\x01\x02{",
    b"\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x02\x04save",
    b"\xff" * 20,
]


@pytest.mark.parametrize("message", HOSTILE)
async def test_a_damaged_message_harms_nobody(site: Site, message: bytes) -> None:
    """What is no message is refused or ignored, and the room goes on."""
    ana, ben = Tab(), Tab()
    pipe = await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)

    with suppress(BadInput):
        await pipe.room.hear(pipe.client, message)
    ana.type(" ok")

    await ben.until(lambda: ben.sources[0] == "x = 1 ok")


async def test_a_file_that_is_not_there_has_no_room(site: Site) -> None:
    """One is told that there is no such file."""
    with pytest.raises(RoomNotFound):
        await site.door("json:notebook:nowhere").connect(Tab())


async def test_a_room_without_a_file_carries_presence_and_edits(site: Site) -> None:
    """The room in which JupyterLab tells who is online works like the others, but is not kept."""
    ana, ben = Tab("text"), Tab("text")
    door = site.door("JupyterLab:globalAwareness")
    await door.join(ana, ANA)
    await door.join(ben, BEN)

    ana.stand(user={"name": "x"}, current="a.ipynb")
    await ben.until(lambda: any(state.get("current") == "a.ipynb" for state in ben.awareness.states.values()))

    assert not [fields for name, fields in site.events if name == "awareness"]
