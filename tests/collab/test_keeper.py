"""A room and its file: nothing is lost and nothing doubled, whoever writes the file and whenever the server dies."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from jupyter_hubcollab.collab.room import CellsChanged

from .conftest import ROOM, Site
from .people import ANA, BEN, Tab, notebook, told


def on_disk(site: Site) -> list[str]:
    return ["".join(cell["source"]) for cell in site.files.files["a.ipynb"]["cells"]]


async def test_opening_does_not_touch_the_file(site: Site) -> None:
    """Who only looks changes nothing, not even the spelling."""
    tab = Tab()
    await site.door().join(tab)
    tab.shared.ystate["document_id"] = ROOM
    await site.rooms.stop()

    assert site.files.writes == 0


async def test_typing_without_pause_does_not_put_off_the_save(site: Site) -> None:
    """The file follows at the latest `save_at_latest_s` after the first edit that it lacks."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)

    typed = 0
    while not site.files.writes:
        ana.type("a")
        typed += 1
        await ben.until(lambda count=typed: ben.sources[0].endswith("a" * count))  # type: ignore[misc]

    assert on_disk(site)[0].startswith("x = 1a")


async def test_edits_survive_a_server_that_dies_before_it_saves(tmp_path: Path) -> None:
    """On restart the log outranks the older file, and the open tab keeps what it has, once."""
    site = Site(tmp_path, save_delay_s=1000, save_at_latest_s=1000)
    ana, ben = Tab(), Tab()
    pipe = await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    ana.type(" stored")
    await ben.until(lambda: ben.sources[0] == "x = 1 stored")
    pipe.cut()
    await site.die()
    ana.type(" offline")
    site.start()

    carl = Tab()
    await site.door().join(ana, ANA)
    await site.door().join(carl, BEN)
    await carl.until(lambda: carl.sources[0] == "x = 1 stored offline")
    await site.rooms.stop()

    assert ana.sources == carl.sources == on_disk(site) == ["x = 1 stored offline", "y = 2"]


MINORS = pytest.mark.parametrize("minor", [4, 5])


@MINORS
async def test_a_room_that_was_closed_takes_a_tab_back(site: Site, minor: int) -> None:
    """Edits made offline while the room was closed and opened again are kept, whatever the notebook's format."""
    site.files.put("a.ipynb", notebook("x = 1", "y = 2", minor=minor))
    ana = Tab()
    pipe = await site.door().join(ana, ANA)
    ana.type(" online")
    await site.files.written.wait()
    pipe.cut()
    await site.rooms.stop()
    ana.type(" offline")
    site.start()

    await site.door().join(ana, ANA)
    await site.rooms.stop()

    assert on_disk(site) == ana.sources == ["x = 1 online offline", "y = 2"]


@MINORS
async def test_a_lost_log_doubles_nothing(site: Site, minor: int) -> None:
    """With the log gone, a tab with unsent edits goes on as if nothing had happened."""
    site.files.put("a.ipynb", notebook("x = 1", minor=minor))
    ana = Tab()
    pipe = await site.door().join(ana, ANA)
    ana.add_cell("new = 1")
    ana.type(" edited")
    await site.files.written.wait()
    pipe.cut()
    await site.rooms.stop()
    forget_log(site)
    ana.type(" offline")
    site.start()

    ben = Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    await ben.until(lambda: ben.sources == ana.sources)
    await site.rooms.stop()

    assert ana.sources == on_disk(site) == ["x = 1 edited offline", "new = 1"]


async def test_a_lost_log_and_a_changed_file_lose_nothing(site: Site) -> None:
    """With the log gone and a cell inserted on disk, the tab's edit lands in its cell and the new cell stays."""
    ana = Tab()
    pipe = await site.door().join(ana, ANA)
    pipe.cut()
    await site.rooms.stop()
    forget_log(site)
    ana.type(" offline")
    site.files.put("a.ipynb", with_cell(notebook("x = 1", "y = 2"), 0, "inserted"))
    site.start()

    await site.door().join(ana, ANA)
    await ana.until(lambda: len(ana.sources) == 3)
    await site.rooms.stop()

    assert sorted(on_disk(site)) == sorted(ana.sources) == ["inserted", "x = 1 offline", "y = 2"]


async def test_a_tab_of_another_lineage_gives_its_text_and_is_sent_to_reload(site: Site) -> None:
    """When others work on the new document already, an old tab's unsent edits are taken over as edits."""
    ana, ben = Tab(), Tab()
    pipe = await site.door().join(ana, ANA)
    pipe.cut()
    await site.rooms.stop()
    forget_log(site)
    ana.type(" offline")
    site.start()
    await site.door().join(ben, BEN)
    ben.type(" by ben", cell=1)

    await site.door().connect(ana, ANA)
    code, reason = await ana.closed
    await ben.until(lambda: ben.sources == ["x = 1 offline", "y = 2 by ben"])

    assert code == 1003
    assert '"reloadable":true' in reason
    assert len(reason.encode()) <= 123


async def test_a_broken_log_is_set_aside(site: Site) -> None:
    """A log that cannot be read does not keep people from their files."""
    ana = Tab()
    pipe = await site.door().join(ana, ANA)
    ana.type(" kept")
    await site.files.written.wait()
    pipe.cut()
    await site.rooms.stop()
    log = site.config.data_dir / "rooms.sqlite"
    log.write_bytes(log.read_bytes()[:5000] + b"\xff" * 2000)
    site.start()

    await site.door().join(ana, ANA)

    assert ana.sources == ["x = 1 kept", "y = 2"]
    assert list(site.config.data_dir.glob("rooms.sqlite.broken-*"))


def forget_log(site: Site) -> None:
    for path in site.config.data_dir.glob("rooms.sqlite*"):
        path.unlink()


def with_cell(book: dict[str, Any], at: int, source: str) -> dict[str, Any]:
    book["cells"].insert(at, {**notebook(source)["cells"][0], "id": "by-git"})
    return book


OUTSIDE = {
    "another cell": (lambda book: book["cells"][1].update(source="y = 3"), ["x = 1 typed", "y = 3"]),
    "the same cell": (lambda book: book["cells"][0].update(source="z\nx = 1"), ["z\nx = 1 typed", "y = 2"]),
    "the same cell by much": (
        lambda book: book["cells"][0].update(source="x = 1\nfor each in all_of_them:\n    print(each)"),
        ["x = 1 typed\nfor each in all_of_them:\n    print(each)", "y = 2"],
    ),
    "a new cell": (lambda book: with_cell(book, 1, "new"), ["x = 1 typed", "new", "y = 2"]),
    "a deleted cell": (lambda book: book["cells"].pop(1), ["x = 1 typed"]),
    "a deleted cell that is being edited": (lambda book: book["cells"].pop(0), ["x = 1 typed", "y = 2"]),
    "another order": (lambda book: book["cells"].reverse(), ["y = 2", "x = 1 typed"]),
}


@pytest.mark.parametrize("minor", [4, 5])
@pytest.mark.parametrize(("change", "merged"), OUTSIDE.values(), ids=OUTSIDE)
async def test_a_file_changed_outside_is_merged(site: Site, change: Any, merged: list[str], minor: int) -> None:
    """What others write to the file and what people type both stay."""
    if minor == 4 and change is OUTSIDE["another order"][0]:
        pytest.skip("without cell ids a moved cell cannot be told from a deleted and a new one")
    site.files.put("a.ipynb", notebook("x = 1", "y = 2", minor=minor))
    ana = Tab()
    await site.door().join(ana, ANA)
    book = notebook("x = 1", "y = 2", minor=minor)
    change(book)

    site.files.put("a.ipynb", book)
    ana.type(" typed")
    await site.files.written.wait()
    await ana.until(lambda: ana.sources == merged)

    assert on_disk(site) == merged


def cleared(book: dict[str, Any]) -> dict[str, Any]:
    return {**book, "metadata": {**book["metadata"], "cleared": True}}


SLOW = {
    "formats a cell": (["x = 1", "y=2"], ["x = 1 one two", "y=2"]),
    "adds a cell": (["x = 1", "y = 2", "z = 3"], ["x = 1 one two", "y = 2", "z = 3"]),
    "changes no cell": (["x = 1", "y = 2"], ["x = 1 one two", "y = 2"]),
}


@pytest.mark.parametrize("minor", [4, 5])
@pytest.mark.parametrize(("wrote", "merged"), SLOW.values(), ids=SLOW)
async def test_a_slow_program_takes_back_nothing(site: Site, wrote: list[str], merged: list[str], minor: int) -> None:
    """It read the file, people typed and the room saved twice, and only then it writes what it made."""
    site.files.put("a.ipynb", notebook("x = 1", "y = 2", minor=minor))
    ana = Tab()
    await site.door().join(ana, ANA)
    for text in (" one", " two"):
        site.files.written.clear()
        ana.type(text)
        await site.files.written.wait()

    site.files.written.clear()
    site.files.put("a.ipynb", cleared(notebook(*wrote, minor=minor)))
    ana.add_cell("new")
    await site.files.written.wait()

    assert on_disk(site) == [*merged, "new"]
    assert site.files.files["a.ipynb"]["metadata"]["cleared"] is True


async def test_a_file_that_is_put_back_is_taken_as_it_is(site: Site) -> None:
    """`git checkout` of what was there some saves ago is a wish to have that."""
    ana = Tab()
    await site.door().join(ana, ANA)
    for text in (" one", " two"):
        site.files.written.clear()
        ana.type(text)
        await site.files.written.wait()

    site.files.put("a.ipynb", notebook("x = 1", "y = 2"))
    ana.add_cell("new")
    await ana.until(lambda: ana.sources == ["x = 1", "y = 2", "new"])


async def test_a_clash_keeps_both_versions(site: Site) -> None:
    """Where the room and the file changed the same words, the file's version stands in a marked cell below."""
    ana = Tab()
    await site.door().join(ana, ANA)
    book = notebook("x = 5", "y = 2")

    site.files.put("a.ipynb", book)
    text = ana.cells[0]["source"]
    del text[4:5]
    text += "7"
    await ana.until(lambda: len(ana.sources) == 3)

    assert ana.sources == ["x = 7", "x = 5", "y = 2"]
    assert ana.cells[1]["metadata"]["hubcollab"]["conflict"]["cell"] == "cell-0"


async def test_a_file_changed_while_the_server_was_down_is_merged(site: Site) -> None:
    """Unsaved edits in the log and changes on disk are put together on restart."""
    ana = Tab()
    pipe = await site.door().join(ana, ANA)
    ana.type(" saved")
    await site.files.written.wait()
    pipe.cut()
    await site.rooms.stop()
    ana.type(" offline")
    book = notebook("x = 1 saved", "y = 2 on disk")
    site.files.put("a.ipynb", book)
    site.start()

    await site.door().join(ana, ANA)
    await ana.until(lambda: ana.sources == ["x = 1 saved offline", "y = 2 on disk"])


async def test_a_restart_after_a_merge_merges_nothing_twice(site: Site) -> None:
    """What was taken in from the file once is known after a restart."""
    ana = Tab()
    await site.door().join(ana, ANA)
    site.files.put("a.ipynb", with_cell(notebook("x = 1", "y = 2"), 2, "z = 3"))
    ana.type("!")
    await ana.until(lambda: len(ana.sources) == 3)
    await site.die()
    site.start()

    ben = Tab()
    await site.door().join(ben, BEN)

    assert ben.sources == ["x = 1!", "y = 2", "z = 3"]


async def test_a_full_disk_is_tried_again(site: Site) -> None:
    """A save that fails is told and loses nothing; the next one writes all."""
    site.files.is_full = True
    ana = Tab()
    pipe = await site.door().join(ana, ANA)
    ana.type(" kept")
    pipe._queue.put_nowait(b"\x02\x04save\x01")
    await ana.until(lambda: bool(told(ana, "save")))
    site.files.is_full = False
    pipe._queue.put_nowait(b"\x02\x04save\x02")
    await ana.until(lambda: len(told(ana, "save")) == 2)

    assert [answer["status"] for answer in told(ana, "save")] == ["failed", "success"]
    assert told(ana, "unsaved") == [{"type": "unsaved", "reason": "the disk is full"}]
    assert on_disk(site)[0] == "x = 1 kept"


def shout(book: dict[str, Any]) -> dict[str, Any]:
    return {**book, "cells": [{**cell, "source": cell["source"].upper()} for cell in book["cells"]]}


async def test_a_hook_that_changes_the_file_changes_the_file_only(site: Site) -> None:
    """What a pre-save hook does to the file is not taken for somebody's edit."""
    site.files.hook = shout
    ana = Tab()
    await site.door().join(ana, ANA)

    ana.type(" one")
    await site.files.written.wait()
    site.files.written.clear()
    ana.type(" two")
    await site.files.written.wait()
    await site.rooms.stop()

    assert ana.sources[0] == "x = 1 one two"
    assert on_disk(site)[0] == "X = 1 ONE TWO"


async def test_deleted_outputs_are_freed(site: Site) -> None:
    """After many re-runs of a figure a joiner downloads the last one, not all of them."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    figure = {"output_type": "display_data", "metadata": {}}
    for number in range(30):
        outputs = ana.cells[0]["outputs"]
        outputs.clear()
        outputs.append({**figure, "data": {"image/png": f"{number:05}" + "A" * 20_000}})
        await ben.until(lambda n=number: f"{n:05}A" in str(ben.cells[0]["outputs"].to_py()))  # type: ignore[misc]

    carl = Tab()
    await site.door().join(carl, BEN)

    assert sum(map(len, carl.received)) < 30_000


async def test_a_disk_that_hangs_does_not_keep_the_server(site: Site) -> None:
    """The end of the server waits for a save only so long; the log has the edits."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    site.files.is_hanging = True
    ana.type(" kept")
    await ben.until(lambda: ben.sources[0] == "x = 1 kept")

    async with asyncio.timeout(60):
        await site.rooms.stop()

    site.files.is_hanging = False
    site.start()
    carl = Tab()
    await site.door().join(carl, BEN)
    assert carl.sources[0] == "x = 1 kept"


async def test_a_save_does_not_stand_still_for_work_that_has_just_ended(site: Site) -> None:
    """What ended in this very turn of the event loop is done, in each release of Python."""
    await site.door().join(Tab())
    entry = site.rooms._open[ROOM]
    assert entry.keeper is not None
    assert entry.room.on_cells is not None

    entry.room.on_cells(CellsChanged(1, removed=False, by=ANA, tab=None, known=None, was_away=False))
    waiting = asyncio.create_task(entry.keeper.salvage.done())

    await waiting
    assert on_disk(site) == ["x = 1", "y = 2"]
