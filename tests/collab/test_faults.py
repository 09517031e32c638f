"""Files that cannot be read or written, and others who work on the same ones: never in silence."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_hubcollab.collab.claims import Claims
from jupyter_hubcollab.collab.rooms import Rooms
from jupyter_hubcollab.errors import BadInput, Unavailable

from .conftest import ROOM, Site
from .people import ANA, BEN, InProcess, Tab, notebook, told


async def test_cells_with_one_id_stay_two_cells(site: Site) -> None:
    """A file in which two cells have the same id opens with both, and is written with two ids."""
    book = notebook("same", "same", "other")
    for cell in book["cells"]:
        cell["id"] = "twice"
    site.files.put("a.ipynb", book)
    ana = Tab()

    await site.door().join(ana, ANA)
    ana.type("!", cell=2)
    await site.saved(ana)

    written = site.files.files["a.ipynb"]["cells"]
    assert [cell["source"] for cell in written] == ana.sources == ["same", "same", "other!"]
    assert len({cell["id"] for cell in written}) == 3


async def test_a_file_that_breaks_while_it_is_open_is_kept_beside(site: Site) -> None:
    """What git or an editor left that is no notebook is told, and kept before the room's next save replaces it."""
    ana = Tab()
    await site.door().join(ana, ANA)
    site.files.broken.add("a.ipynb")
    site.files.put("a.ipynb", {"cells": ["<<<<<<< HEAD"]})
    await site.look()

    ana.type(" typed")
    await site.saved(ana)

    assert told(ana, "unreadable")
    assert site.files.files["a.ipynb.kept"] == {"cells": ["<<<<<<< HEAD"]}
    assert site.files.files["a.ipynb"]["cells"][0]["source"] == "x = 1 typed"


async def test_a_file_that_is_no_notebook_is_not_opened(site: Site) -> None:
    """One is told so, and the file is left alone."""
    site.files.broken.add("a.ipynb")

    with pytest.raises(BadInput):
        await site.door().connect(Tab(), ANA)

    assert site.files.writes == 0


async def test_two_rooms_for_one_file_merge(site: Site) -> None:
    """Who edits a notebook as text and who edits it as notebook both keep what they write."""
    site.files.put("a.txt", "one\ntwo\n")
    site.files.id_of("a.txt")
    ana, ben = Tab("text"), Tab("text")
    await site.door("text:file:id-a.txt").join(ana, ANA)
    await site.door("text:raw:id-a.txt").join(ben, BEN)

    ana.write("zero\n", 0)
    ben.write("three\n", 8)
    for tab in (ana, ben, ana, ben):
        await site.saved(tab)
    await ana.until(lambda: ana.text == ben.text)

    assert site.files.files["a.txt"] == ana.text == "zero\none\ntwo\nthree\n"


async def test_a_write_at_the_moment_of_a_save_is_not_lost(site: Site) -> None:
    """Between the look at the file and the write there is no gap for somebody else's change."""
    ana = Tab()
    await site.door().join(ana, ANA)
    book = notebook("x = 1", "y = 2 by git")

    def sneak(content: Any) -> Any:
        site.files.before_write = None
        site.files.put("a.ipynb", book)
        return content

    site.files.before_write = sneak
    ana.type(" typed")
    await site.saved(ana)
    await ana.until(lambda: ana.sources == ["x = 1 typed", "y = 2 by git"])

    assert [c["source"] for c in site.files.files["a.ipynb"]["cells"]] == ["x = 1 typed", "y = 2 by git"]


@pytest.fixture
def other_server(site: Site, tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Rooms]:
    """A second server over the same files, with a data folder of its own."""
    config = dataclasses.replace(site.config, data_dir=tmp_path / "other")
    rooms = Rooms(config, site.files, lambda *_: None, lambda: site.clock)
    yield rooms
    jp_asyncio_loop.run_until_complete(rooms.stop())


async def test_two_servers_with_one_data_folder_are_refused(site: Site) -> None:
    """The second is told that the first has the rooms; nothing is mixed up."""
    await site.door().join(Tab(), ANA)
    second = Rooms(site.config, site.files, lambda *_: None)

    with pytest.raises(Unavailable, match="another Jupyter server"):
        await InProcess(second, ROOM).connect(Tab(), BEN)

    await second.stop()


async def test_two_servers_with_two_data_folders_merge(site: Site, other_server: Rooms) -> None:
    """People on two servers see each other's text with the delay of a save, each word once."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await InProcess(other_server, ROOM).join(ben, BEN)

    for number in range(20):
        ana.type(f" a{number}")
        ben.type(f" b{number}", cell=number % 2)
        if number % 5 == 0:
            await site.saved(ana)
            await site.saved(ben)
    for tab in (ana, ben, ana, ben):
        await site.saved(tab)
    await site.look()
    await ana.until(lambda: ana.sources == ben.sources)

    expected = Counter(["x", "=", "1", "y", "=", "2", *(f"{who}{n}" for who in "ab" for n in range(20))])
    assert Counter(" ".join(ana.sources).split()) == expected
    assert told(ana, "merged")


async def test_another_server_on_the_same_file_is_told(site: Site) -> None:
    """Everybody in the room hears once that others work on the file elsewhere; newcomers, too."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    site.files.is_elsewhere = True
    ana.type("!")
    await site.saved(ana)
    await site.saved(ana)

    await site.door().join(ben, BEN)

    assert len(told(ana, "elsewhere")) == len(told(ben, "elsewhere")) == 1


def test_a_claim_goes_on_when_the_file_is_replaced(tmp_path: Path) -> None:
    """Two servers never both believe that a file is theirs alone; each save renews the claim."""
    path, beside = tmp_path / "a.ipynb", tmp_path / "new"
    path.write_text("1")
    mine, theirs = Claims(), Claims()
    first = (mine.lay(path), theirs.lay(path))

    beside.write_text("2")
    beside.replace(path)
    second = (mine.lay(path), theirs.lay(path))
    mine.drop(path)

    assert first == second == (True, False)
    assert theirs.lay(path)
    theirs.drop(path)


async def test_a_file_that_may_not_be_written_is_told(site: Site) -> None:
    """A read-only file stays as it is; people are told, and the log has their edits."""
    site.files.is_full = True
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    ana.type(" typed")
    await ana.until(lambda: bool(told(ana, "unsaved")))
    await site.stop()
    site.files.is_full = False
    site.start()

    await site.door().join(ben, BEN)

    assert ben.sources[0] == "x = 1 typed"
    assert told(ana, "unsaved")[0]["reason"]
