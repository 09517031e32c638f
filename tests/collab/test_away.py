"""The laptop sleeps: a minute, an hour, three days with unsent edits, while the world goes on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest

from .conftest import Site
from .people import ANA, BEN, Tab, notebook, told

MINUTE, HOUR, DAYS = 60.0, 3600.0, 3 * 86400.0


def nothing(site: Site) -> None:
    """The file stays as it is."""


def change(site: Site) -> None:
    book = site.files.files["a.ipynb"]
    book["cells"][1]["source"] += " disk"
    site.files.put("a.ipynb", book)


def rename(site: Site) -> None:
    site.files.files["b.ipynb"] = site.files.files.pop("a.ipynb")
    site.files.versions["b.ipynb"] = site.files.versions.pop("a.ipynb")
    site.files.names["id-a.ipynb"] = "b.ipynb"


def move(site: Site) -> None:
    rename(site)
    site.files.files["folder/b.ipynb"] = site.files.files.pop("b.ipynb")
    site.files.versions["folder/b.ipynb"] = site.files.versions.pop("b.ipynb")
    site.files.names["id-a.ipynb"] = "folder/b.ipynb"


HAPPENS = {"nothing": nothing, "the file is changed": change, "it is renamed": rename, "it is moved": move}


@pytest.mark.parametrize("seconds", [MINUTE, HOUR, DAYS], ids=["a minute", "an hour", "three days"])
@pytest.mark.parametrize("evicted", [False, True], ids=["the room stays", "the room is closed"])
@pytest.mark.parametrize("happens", HAPPENS.values(), ids=HAPPENS)
async def test_unsent_edits_of_a_tab_that_slept_are_kept(
    site: Site, seconds: float, evicted: bool, happens: Callable[[Site], None]
) -> None:
    """Who comes back finds what others wrote, others find the unsent edits, and the file has all of it once."""
    site.files.put("a.ipynb", notebook("first", "second"))
    ana, ben = Tab(), Tab()
    (await site.door().join(ana, ANA)).cut()
    others = await site.door().join(ben, BEN)
    ana.type(" asleep")
    ben.type(" awake")
    await site.saved(ben)

    if evicted:
        others.cut()
        await site.evicted()
    site.clock += seconds
    happens(site)
    await site.door().join(ana, ANA)
    if evicted:
        await site.door().join(ben, BEN)
    await site.look()
    await site.saved(ana)
    words = ["first", "second", "asleep", "awake", *(["disk"] if happens is change else [])]
    await ben.until(lambda: ben.sources == ana.sources and len(" ".join(ana.sources).split()) == len(words))
    await site.stop()

    path = site.files.names["id-a.ipynb"]
    assert Counter(" ".join(ana.sources).split()) == Counter(words)
    assert [cell["source"] for cell in site.files.files[path]["cells"]] == ana.sources
    assert list(site.files.files) == [path]


def delete_in_jupyter(site: Site) -> None:
    """Its id is forgotten, too."""
    del site.files.files["a.ipynb"], site.files.names["id-a.ipynb"]


def delete_on_disk(site: Site) -> None:
    del site.files.files["a.ipynb"]


@pytest.mark.parametrize("delete", [delete_in_jupyter, delete_on_disk])
@pytest.mark.parametrize("evicted", [False, True], ids=["the room stays", "the room is closed"])
async def test_a_deleted_file_is_told_and_not_written_again_before_somebody_says_so(
    site: Site, delete: Callable[[Site], None], evicted: bool
) -> None:
    """Nobody's text is lost with a file, and no deleted file comes back by itself: Ctrl+S writes it again."""
    ana, ben = Tab(), Tab()
    (await site.door().join(ana, ANA)).cut()
    pipe = await site.door().join(ben, BEN)
    ana.type(" asleep")
    if evicted:
        pipe.cut()
        await site.evicted()

    delete(site)
    if not evicted:
        await site.look()
        ben.type(" awake")
        await site.pause()
    await site.door().join(ana, ANA)
    await ana.until(lambda: bool(told(ana, "gone")))
    before = dict(site.files.files)
    await site.saved(ana)

    assert before == {}
    assert told(ana, "back")
    assert [cell["source"] for cell in site.files.files["a.ipynb"]["cells"]] == ana.sources
    assert "asleep" in ana.sources[0]
    assert bool(told(ben, "gone")) is not evicted


async def test_a_deleted_file_opens_no_dialog_of_the_upstream_front_end(site: Site) -> None:
    """The event says it at a level at which jupyter-collaboration's own plugin shows no dialog about two views."""
    ana = Tab()
    await site.door().join(ana, ANA)
    site.files.files.pop("a.ipynb")

    await site.look()

    said = [fields["level"] for name, fields in site.events if name == "session" and "deleted" in fields["msg"]]
    assert said == ["ERROR"]


async def test_a_file_that_comes_back_is_edited_on(site: Site) -> None:
    """Programs that replace a file by deleting and writing it anew disturb nobody."""
    ana = Tab()
    await site.door().join(ana, ANA)
    book = site.files.files.pop("a.ipynb")
    await site.look()
    ana.type(" typed")

    site.files.put("a.ipynb", {**book, "cells": [*book["cells"], *notebook("new")["cells"]]})
    book["cells"][-1]["id"] = "another"
    await site.look()
    await site.saved(ana)
    await asyncio.wait_for(site.files.written.wait(), 60)

    assert told(ana, "back")
    assert site.files.files["a.ipynb"]["cells"][0]["source"] == "x = 1 typed"
