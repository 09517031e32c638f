"""Who, when and back: named points, differences, restoring, authorship, and what compaction keeps of them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pycrdt import UndoManager

from jupyter_hubcollab.collab.authorship import writers
from jupyter_hubcollab.collab.document import doc_of
from jupyter_hubcollab.collab.history import compact
from jupyter_hubcollab.collab.updates import UpdateLog
from jupyter_hubcollab.errors import PointNotFound

from .conftest import ROOM, Site
from .people import ANA, BEN, Tab


async def written_by_two(site: Site) -> tuple[Tab, Tab]:
    """Ana and Ben have written in one cell, one after the other."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    ana.type(" # by ana")
    await ben.until(lambda: ben.sources[0].endswith("by ana"))
    ben.type(", by ben")
    await ana.until(lambda: ana.sources[0].endswith("by ben"))
    return ana, ben


def shown(runs, text: str) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    """Author and text of each run."""
    found, start = [], 0
    for run in runs:
        found.append((run.author, text[start : start + run.length]))
        start += run.length
    return found


async def test_each_character_has_its_author(site: Site) -> None:
    """One sees for each cell who wrote what; what was in the file is the server's."""
    ana, _ = await written_by_two(site)

    runs = await site.rooms.past.writers(ROOM)

    assert shown(runs["cell-0"], ana.sources[0]) == [("", "x = 1"), ("ana", " # by ana"), ("ben", ", by ben")]


async def test_a_cell_that_is_moved_keeps_its_authors(site: Site) -> None:
    """Who moves a cell does not become the author of its text."""
    ana, ben = await written_by_two(site)
    cell = ana.shared.get_cell(0)

    with ana.doc.transaction():
        del ana.cells[0]
        ana.cells.append(ana.shared.create_ycell(cell))
    await ben.until(lambda: ben.sources[0] == "y = 2")
    runs = await site.rooms.past.writers(ROOM)

    assert [run.author for run in runs["cell-0"]] == ["", "ana", "ben"]


async def test_a_named_point_can_be_compared_and_restored(site: Site) -> None:
    """A point has a name and an author; the way back is an edit like others, by who went it."""
    ana, ben = await written_by_two(site)
    point = await site.rooms.past.name_point(ROOM, "before the rewrite", ANA)
    ben.add_cell("rewritten = True")
    ben.type("0")
    await ana.until(lambda: len(ana.sources) == 3)
    now = (await site.rooms.past.steps(ROOM))[-1].seq

    _, text = await site.rooms.past.difference(ROOM, point.seq, now)
    await site.rooms.past.restore(ROOM, point.seq, BEN)
    await ana.until(lambda: ana.sources == ["x = 1 # by ana, by ben", "y = 2"])
    last = (await site.rooms.past.steps(ROOM))[-1]

    assert "+  code cell" in text
    assert "rewritten = True" in text
    assert last.author == "ben"
    assert [(p.name, p.author) for p in await site.rooms.past.points(ROOM)] == [("before the rewrite", "ana")]


async def test_a_point_that_is_not_there_is_not_found(site: Site) -> None:
    """Neither a state before the first edit nor a name that nobody gave."""
    await site.door().join(Tab(), ANA)

    with pytest.raises(PointNotFound):
        await site.rooms.past.content(ROOM, 0)
    with pytest.raises(PointNotFound):
        await site.rooms.past.forget_point(ROOM, 1)


async def test_undo_takes_back_only_ones_own(site: Site) -> None:
    """After undo by one, what the other wrote is still there, in both tabs."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    undo = UndoManager(scopes=[ana.cells])
    undo.include_origin("ana")

    with ana.doc.transaction(origin="ana"):
        ana.type(" mine")
    await ben.until(lambda: ben.sources[0] == "x = 1 mine")
    ben.type(" yours")
    await ana.until(lambda: ana.sources[0] == "x = 1 mine yours")
    undo.undo()
    await ben.until(lambda: ben.sources[0] == "x = 1 yours")

    assert ana.sources == ben.sources


async def test_a_room_that_stays_open_is_compacted_too(site: Site) -> None:
    """After thousands of edits old ones are put together while people go on, and everything else is as it was."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    for number in range(5001):
        ana.type(f"{number};")
    await ben.until(lambda: ben.sources == ana.sources)
    site.clock += 3600
    ben.type("later")
    await site.saved(ben)

    await site.look()
    log = await site.rooms.log()

    assert len(log.updates(ROOM)) < 100
    assert [run.author for run in (await site.rooms.past.writers(ROOM))["cell-0"]] == ["", "ana", "ben"]


PEOPLE = ["ana", "ben", "carl"]


def busy_log(folder: Path, edits: int) -> tuple[UpdateLog, list[int]]:
    """A log of three people who type at one time without pause, mostly at the end of cells, and delete now and then."""
    moment = [1000.0]
    log = UpdateLog(folder / "rooms.sqlite", lambda _: None, lambda: moment[0])
    dice, numbers = random.Random(4), []
    tabs = [Tab() for _ in PEOPLE]
    for number in range(3):
        tabs[0].add_cell(f"cell {number}")
    log.append("room", "", tabs[0].doc.get_update())
    for tab in tabs[1:]:
        tab.doc.apply_update(tabs[0].doc.get_update())
    for number in range(edits):
        who = number % 3
        updates: list[bytes] = []
        watch = tabs[who].doc.observe(lambda event, found=updates: found.append(event.update))  # type: ignore[misc]
        source = tabs[who].cells[who]["source"]
        if dice.random() < 0.1 and len(str(source)) > 20:
            del source[10:14]
        else:
            source += f"{number};"
        tabs[who].doc.unobserve(watch)
        moment[0] += 0.3
        for update in updates:
            numbers.append(log.append("room", PEOPLE[who], update))
            for tab in tabs:
                if tab is not tabs[who]:
                    tab.doc.apply_update(update)
    return log, numbers


async def test_compaction_keeps_named_points_and_authors_and_bounds_the_log(tmp_path: Path) -> None:
    """Ten thousand edits by three people at once: at most twice the document, each point and author as before."""
    log, numbers = busy_log(tmp_path, 10_000)
    log.note_point("room", numbers[3333], "one third", "ana")
    before = log.updates("room")
    then = doc_of(update.content for update in log.updates("room", until=numbers[3333])).get_update()
    known = writers("notebook", before, None)

    compact(log, "room", "notebook")
    after = log.updates("room")
    kept = writers("notebook", after, log.wrote("room"))
    size = len(kept.document.doc.get_update())
    log.close()

    assert sum(len(update.content) for update in after) <= 2 * size
    assert doc_of(u.content for u in after if u.seq <= numbers[3333]).get_state() == doc_of([then]).get_state()
    assert kept.texts() == known.texts()
    assert kept.packed() == known.packed()
    assert {name for update in after for name in update.author.split("\n")} == {"", *PEOPLE}


async def test_authors_are_followed_after_a_compaction(tmp_path: Path) -> None:
    """What is written later is added to what was known when the log was compacted, also a second time."""
    log, _ = busy_log(tmp_path, 300)
    plain, _ = busy_log(tmp_path / "plain", 600)

    compact(log, "room", "notebook", older_than=1000 + 0.3 * 100)
    compact(log, "room", "notebook", older_than=1000 + 0.3 * 200)
    ours = writers("notebook", log.updates("room"), log.wrote("room"))
    whole = writers("notebook", [u for u in plain.updates("room") if u.at <= 1000 + 0.3 * 300], None)
    log.close()
    plain.close()

    assert list(ours.runs.values()) != []
    assert sorted(map(len, ours.texts().values())) == sorted(map(len, whole.texts().values()))
    assert {number: sum(run.length for run in runs) for number, runs in ours.runs.items()} == {
        number: len(text) for number, text in ours.texts().items()
    }
