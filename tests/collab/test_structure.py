"""Structure: cells are moved and deleted while others type in them."""

from __future__ import annotations

import asyncio
import json

import pytest

from .conftest import ROOM, Site
from .people import ANA, BEN, Person, Pipe, Tab, notebook, told


def move(tab: Tab, start: int, end: int) -> None:
    """As the front end does it: in one step, the cell is deleted and a copy of it is inserted."""
    cell = {**tab.shared.get_cell(start), "id": tab.cells[start]["id"]}
    with tab.doc.transaction():
        del tab.cells[start]
        tab.cells.insert(end, tab.shared.create_ycell(cell))


@pytest.mark.parametrize("minor", [4, 5])
async def test_typing_in_a_cell_that_is_being_moved_is_kept(site: Site, minor: int) -> None:
    """Who types on in the old cell, not knowing of the move yet, finds the text in the new one."""
    site.files.put("a.ipynb", notebook("x = 1", "y = 2", minor=minor))
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    pipe = await site.door().join(ben, BEN)
    pipe.is_stuck = True

    move(ana, 0, 1)
    await site.until_stored("ana")
    ben.type(" typed")
    ben.type(" in the old cell")
    pipe.unstick()
    await ana.until(lambda: ana.sources == ben.sources == ["y = 2", "x = 1 typed in the old cell"])


async def typing_on_its_way(site: Site) -> tuple[Tab, Pipe, Tab]:
    """Ana's tab and her line, on which what Ben typed in the first cell is stuck; Ben's tab."""
    ana, ben = Tab(), Tab()
    pipe = await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    pipe.is_stuck = True
    ben.type(" typed")
    await site.until_stored("ben")
    return ana, pipe, ben


async def test_a_move_by_somebody_who_had_not_seen_the_typing_keeps_it(site: Site) -> None:
    """The mover's copy of the cell is older than the cell: what was typed since is put into it."""
    ana, pipe, ben = await typing_on_its_way(site)

    move(ana, 0, 1)
    pipe.unstick()

    await ben.until(lambda: ana.sources == ben.sources == ["y = 2", "x = 1 typed"])


async def test_typing_of_somebody_who_left_at_once_survives_a_move(site: Site) -> None:
    """The mover is alone when the move comes, and had not seen what was typed last."""
    ana, ben = Tab(), Tab()
    stuck = await site.door().join(ana, ANA)
    pipe = await site.door().join(ben, BEN)
    stuck.is_stuck = True

    ben.type(" typed")
    await site.until_stored("ben")
    pipe.cut()
    move(ana, 0, 1)
    stuck.unstick()

    await ana.until(lambda: ana.sources == ["y = 2", "x = 1 typed"])


@pytest.mark.parametrize("typist", [ANA, BEN], ids=["in another tab of one's own", "by somebody else"])
async def test_a_move_made_offline_keeps_what_was_typed_meanwhile(site: Site, typist: Person) -> None:
    """A laptop comes back after three days with a cell moved; what was typed in that cell since is in it."""
    ana, ben = Tab(), Tab()
    (await site.door().join(ana, ANA)).cut()
    await site.door().join(ben, typist)
    ben.type(" typed")
    await site.until_stored(typist.name)
    site.clock += 3 * 86400

    move(ana, 0, 1)
    await site.door().join(ana, ANA)

    await ben.until(lambda: ana.sources == ben.sources == ["y = 2", "x = 1 typed"])


async def test_a_move_of_which_the_line_broke_keeps_what_arrived_after_it(site: Site) -> None:
    """The mover's tab hears of the typing after it moved the cell, not having said so."""
    ana, pipe, ben = await typing_on_its_way(site)

    ana.send = None
    move(ana, 0, 1)
    pipe.unstick()
    pipe.cut()
    await site.door().join(ana, ANA)

    await ben.until(lambda: ana.sources == ben.sources == ["y = 2", "x = 1 typed"])


async def test_a_cell_that_two_people_move_at_once_is_one_cell(site: Site) -> None:
    """Two moves at the same moment leave one cell, with what both typed, without waiting for a save."""
    ana, ben = Tab(), Tab()
    first = await site.door().join(ana, ANA)
    second = await site.door().join(ben, BEN)
    first.cut()
    second.cut()
    for tab, text in ((ana, " # by ana"), (ben, " # by ben")):
        move(tab, 0, 1)
        tab.type(text, cell=1)

    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    await ben.until(lambda: ana.sources == ben.sources and len(ana.sources) == 2)

    assert ana.sources[0] == "y = 2"
    assert sorted(ana.sources[1].split(" # ")) == ["by ana", "by ben", "x = 1"]


@pytest.mark.parametrize("offline", [False, True])
async def test_a_mover_who_typed_at_the_same_place_as_somebody_else_doubles_nothing(site: Site, offline: bool) -> None:
    """What the mover typed and what the other did, of which the mover did not know, stand once each."""
    ana, ben = Tab(), Tab()
    pipe = await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    pipe.is_stuck = True
    if offline:
        pipe.cut()

    ben.cells[0]["source"].insert(0, "<1>")
    await site.until_stored("ben")
    ana.cells[0]["source"].insert(0, "<2>")
    move(ana, 0, 0)
    if offline:
        await site.door().join(ana, ANA)
    pipe.unstick()

    await ben.until(lambda: ana.sources == ben.sources and "<1>" in ben.sources[0] and "<2>" in ben.sources[0])
    assert sorted(ana.sources[0].removesuffix("x = 1")) == sorted("<1><2>")


async def test_a_cell_moved_twice_keeps_what_only_one_mover_had_seen(site: Site) -> None:
    """Who moved the cell offline, as it was before the other typed in it and moved it, deletes nothing of that."""
    ana, ben = Tab(), Tab()
    (await site.door().join(ana, ANA)).cut()
    await site.door().join(ben, BEN)
    ben.type(" typed")
    move(ben, 0, 1)
    await site.until_stored("ben", count=2)

    move(ana, 0, 1)
    await site.door().join(ana, ANA)

    await ben.until(lambda: ana.sources == ben.sources == ["y = 2", "x = 1 typed"])


async def test_a_cell_that_a_program_and_a_person_moved_takes_what_a_third_typed_offline(site: Site) -> None:
    """Two removals of one cell, of which the typist knew none, leave a place for the typing."""
    ana, ben = Tab(), Tab()
    for tab in (ana, ben):
        (await site.door().join(tab, ANA)).cut()
    await site.stop()
    book = site.files.files["a.ipynb"]
    site.files.put("a.ipynb", {**book, "cells": book["cells"][::-1]})
    site.start()
    ana.cells[0]["source"].insert(0, "<1>")
    move(ana, 0, 0)
    ben.cells[0]["source"].insert(0, "<2>")

    await site.door().join(ana, ANA)
    await site.settled()
    await site.door().join(ben, BEN)

    await ben.until(lambda: ana.sources == ben.sources and "<2>" in "".join(ben.sources))
    (moved,) = (text for text in ben.sources if text != "y = 2")
    assert sorted(moved.removesuffix("x = 1")) == sorted("<1><2>")


async def test_a_file_that_changes_while_a_cell_stands_twice_doubles_nothing(site: Site) -> None:
    """Two people move a cell, one of them with text of their own, and another program writes at that moment."""
    tabs = ana, ben = Tab(), Tab()
    for tab in tabs:
        (await site.door().join(tab, ANA)).cut()
        move(tab, 0, 1)
    ana.type(" # by ana", cell=1)
    twice = asyncio.Event()
    ycells = (await site.rooms.room(ROOM)).document.shared.ycells
    looking = ycells.observe(lambda _: twice.set() if len(ycells) > 2 else None)
    for tab in tabs:
        await site.door().connect(tab, ANA)
    site.files.put("a.ipynb", notebook("x = 1", "y = 3"))

    await asyncio.wait_for(twice.wait(), 60)
    await site.look()
    await site.settled()

    await ben.until(lambda: ana.sources == ben.sources == ["y = 3", "x = 1 # by ana"])
    ycells.unobserve(looking)


async def test_typing_in_a_deleted_cell_can_be_put_back(site: Site) -> None:
    """Who types in a cell that somebody deletes at that moment is told by whom, and gets the text."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    pipe = await site.door().join(ben, BEN)
    pipe.is_stuck = True

    del ana.cells[0]
    await site.until_stored("ana")
    ben.type(" typed")
    pipe.unstick()
    await ben.until(lambda: bool(told(ben, "deleted")))
    hint = told(ben, "deleted")[-1]

    assert hint["cell"]["source"] == "x = 1 typed"
    assert (hint["by"], hint["index"]) == ("Ana Álvarez", 0)
    assert ben.sources == ["y = 2"]


async def test_a_deletion_by_somebody_who_had_not_seen_the_typing_is_told(site: Site) -> None:
    """The other way round it is the same: the typing came first, and its author gets it back."""
    ana, ben = Tab(), Tab()
    pipe = await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    pipe.is_stuck = True

    ben.type(" typed")
    await site.until_stored("ben")
    del ana.cells[0]
    pipe.unstick()
    await ben.until(lambda: bool(told(ben, "deleted")))

    assert told(ben, "deleted")[0]["cell"]["source"] == "x = 1 typed"
    assert not told(ana, "deleted")


async def test_typing_offline_in_a_cell_that_was_moved_meanwhile_is_kept(site: Site) -> None:
    """Three days later, with the room closed in between, the text still goes to where the cell is."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    (await site.door().join(ben, BEN)).cut()
    ben.type(" offline")
    ben.type(" elsewhere", cell=1)
    move(ana, 0, 1)
    ana.type(" by ana", cell=1)
    await site.until_stored("ana", count=2)
    await site.stop()
    site.clock += 3 * 86400
    site.start()

    await site.door().join(ben, BEN)
    await site.door().join(ana, ANA)
    await ben.until(lambda: ana.sources == ben.sources and "offline" in "".join(ben.sources))

    assert ana.sources[0] == "y = 2 elsewhere"
    assert sorted(ana.sources[1].split()) == sorted(["x", "=", "1", "offline", "by", "ana"])


@pytest.mark.parametrize("is_moved", [True, False], ids=["moved", "deleted"])
async def test_typing_that_its_tab_could_not_send_before_the_cell_went_is_kept(site: Site, is_moved: bool) -> None:
    """The line is dead already when ben types, and what it had brought before that is read only then."""
    ana, ben = Tab(), Tab(keeps_own_text=True)
    await site.door().join(ana, ANA)
    pipe = await site.door().join(ben, BEN)
    pipe.is_stuck = True
    if is_moved:
        move(ana, 0, 1)
    else:
        del ana.cells[0]
    await site.until_stored("ana")

    ben.send = None
    ben.type(" typed")
    pipe.unstick()
    pipe.cut()
    await site.door().join(ben, BEN)

    if is_moved:
        await ana.until(lambda: ana.sources == ben.sources == ["y = 2", "x = 1 typed"])
    else:
        await ben.until(lambda: bool(told(ben, "deleted")))
        assert told(ben, "deleted")[0]["cell"]["source"] == "x = 1 typed"


async def test_what_is_put_back_is_not_an_edit_of_the_log_only(site: Site) -> None:
    """Text that came too late is in the log as it was typed, with its author, whatever becomes of it."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    pipe = await site.door().join(ben, BEN)
    pipe.is_stuck = True

    del ana.cells[0]
    await site.until_stored("ana")
    ben.type(" PRECIOUS")
    await site.until_stored("ben")
    log = await site.rooms.log()

    assert [update.author for update in log.updates(ROOM) if b"PRECIOUS" in update.content] == ["ben"]
    assert json.dumps(told(ben, "deleted")) == "[]"
