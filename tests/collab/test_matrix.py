"""Tabs that come back: what became of the server, its log, the file and the others meanwhile.

Each case is one way to be away. In all of them every word that anybody wrote stands once: in the tab that was away, in
the tab of a newcomer and on disk. A1 to A11, T2, T3 and BK name the cases in which jupyter-collaboration 5.0.4 doubles,
loses or mixes up text, and those beside them in which it does not.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest

from .conftest import Site
from .people import ANA, BEN, Tab, notebook

Change = Callable[[dict[str, Any]], object]


def lose_log(site: Site) -> None:
    for path in site.config.data_dir.glob("rooms.sqlite*"):
        path.unlink()


def keep_log(site: Site) -> None:
    """Nothing happens."""


def write_below(book: dict[str, Any]) -> None:
    book["cells"][1]["source"] += " disk"


def write_same(book: dict[str, Any]) -> None:
    book["cells"][0]["source"] = "disk " + book["cells"][0]["source"]


def insert_cell(book: dict[str, Any]) -> None:
    cell = notebook("disk", minor=book["nbformat_minor"])["cells"][0]
    book["cells"].insert(0, {**cell, "id": "by-git"} if "id" in cell else cell)


@dataclass(frozen=True)
class Case:
    """What happens while a tab is away."""

    minor: int = 5
    begins_empty: bool = False
    online: int = 0
    """Edits before it goes."""
    adds: int = 0
    """Cells that it adds before it goes."""
    offline: bool = False
    evicted: bool = False
    """The room is closed while the server goes on; else the server is started again."""
    log: Callable[[Site], None] = keep_log
    outside: Change | None = None
    expected: list[str] = field(default_factory=list)


CASES = {
    "A1 new cells in an empty notebook, log deleted": Case(begins_empty=True, adds=3, log=lose_log),
    "A2 nothing edited, log deleted": Case(log=lose_log),
    "A3 new cells, log deleted": Case(adds=2, log=lose_log),
    "A4 a cell edited, log deleted": Case(online=1, log=lose_log),
    "A5 log kept": Case(online=1, adds=1),
    "A6 log kept, edited offline": Case(online=1, adds=1, offline=True),
    "A7 file changed, 4.5": Case(online=1, offline=True, outside=write_below),
    "A8 file changed, 4.4": Case(minor=4, online=1, offline=True, outside=write_below),
    "A9 evicted, the same cell changed on disk and offline": Case(offline=True, evicted=True, outside=write_same),
    "A10 4.4, evicted, cell inserted on disk, edited offline": Case(4, offline=True, evicted=True, outside=insert_cell),
    "A11 log deleted, cell inserted on disk, edited offline": Case(offline=True, log=lose_log, outside=insert_cell),
    "T1 4.4, restarted": Case(minor=4, online=1),
    "T2 4.4, evicted, edited offline": Case(minor=4, online=1, offline=True, evicted=True),
    "T3 4.4, restarted, edited offline": Case(minor=4, online=1, offline=True),
    "T4 4.4, log deleted, edited offline": Case(minor=4, online=1, adds=1, offline=True, log=lose_log),
    "BK 600 keystrokes just before": Case(online=600, offline=True),
    "BK 600 keystrokes just before, log deleted": Case(online=600, offline=True, log=lose_log),
}


def words(case: Case) -> Counter[str]:
    """Every word that anybody writes in a case."""
    begun = [] if case.begins_empty else ["first", "second"]
    typed = [f"k{number}" for number in range(case.online)] + [f"new{number}" for number in range(case.adds)]
    return Counter([*begun, *typed, *(["offline"] if case.offline else []), *(["disk"] if case.outside else [])])


async def be_away(site: Site, case: Case, tab: Tab) -> None:
    """Open, edit, lose the connection; then everything happens that the case says."""
    pipe = await site.door().join(tab, ANA)
    for number in range(case.adds):
        tab.add_cell(f"new{number}")
    for number in range(case.online):
        tab.type(f" k{number}")
    if case.adds or case.online:
        await site.saved(tab)
    pipe.cut()
    if case.evicted:
        await site.evicted()
    else:
        await site.stop()
    case.log(site)
    if case.offline:
        tab.type(" offline")
    if case.outside is not None:
        book = site.files.files["a.ipynb"]
        case.outside(book)
        site.files.put("a.ipynb", book)
    if not case.evicted:
        site.start()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_a_tab_that_comes_back_finds_every_word_once(site: Site, case: Case) -> None:
    """Nothing is lost and nothing doubled, for those who come back, for newcomers and on disk."""
    begun = [] if case.begins_empty else ["first", "second"]
    site.files.put("a.ipynb", notebook(*begun, minor=case.minor))
    ana, ben = Tab(), Tab()

    await be_away(site, case, ana)
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    await site.saved(ana)
    await ben.until(lambda: ben.sources == ana.sources)
    await site.stop()

    on_disk = ["".join(cell["source"]) for cell in site.files.files["a.ipynb"]["cells"]]
    assert Counter(" ".join(ana.sources).split()) == words(case)
    assert on_disk == ben.sources == ana.sources


def parts(size: int) -> list[int]:
    """Places all over a file, its beginning and its end among them."""
    return [0, 1, 15, 16, 100, 101, 4095, 4096, 4097, *range(0, size, max(size // 24, 1)), size - 1]


async def test_a_log_that_was_cut_off_anywhere_loses_and_doubles_nothing(site: Site) -> None:
    """Whatever part of the log is left, the tab that comes back has every word once, and so has the file."""
    ana = Tab()
    pipe = await site.door().join(ana, ANA)
    for number in range(30):
        ana.type(f" k{number}")
    await site.saved(ana)
    pipe.cut()
    await site.stop()
    path = site.config.data_dir / "rooms.sqlite"
    whole, state, book = path.read_bytes(), ana.doc.get_update(), site.files.files["a.ipynb"]

    for size in parts(len(whole)):
        lose_log(site)
        path.write_bytes(whole[:size])
        site.files.put("a.ipynb", book)
        site.start()
        tab, newcomer = Tab(), Tab()
        tab.doc.apply_update(state)
        tab.type(" offline")
        await site.door().join(tab, ANA)
        await site.door().join(newcomer, BEN)
        await newcomer.until(lambda new=newcomer, old=tab: new.sources == old.sources)  # type: ignore[misc]
        await site.stop()
        assert newcomer.sources == [*[" ".join(["x = 1", *(f"k{n}" for n in range(30)), "offline"])], "y = 2"], size


OLD_SCHEMA = """
CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE updates (seq INTEGER PRIMARY KEY, room INTEGER NOT NULL REFERENCES rooms (id), author TEXT NOT NULL,
    at REAL NOT NULL, content BLOB NOT NULL);
CREATE INDEX updates_of_room ON updates (room, seq);
CREATE TABLE saves (room INTEGER NOT NULL REFERENCES rooms (id), seq INTEGER NOT NULL, fingerprint TEXT NOT NULL,
    content BLOB, at REAL NOT NULL);
CREATE INDEX saves_of_room ON saves (room, seq);
CREATE TABLE forks (name TEXT PRIMARY KEY, root TEXT NOT NULL, info TEXT NOT NULL);
CREATE TABLE people (name TEXT PRIMARY KEY, display_name TEXT NOT NULL);
"""
"""Of version 0.1.0."""


async def test_the_log_of_an_older_version_goes_on(site: Site) -> None:
    """After an upgrade, tabs and histories go on where they were."""
    ana = Tab()
    pipe = await site.door().join(ana, ANA)
    ana.type(" before")
    await site.saved(ana)
    pipe.cut()
    await site.stop()
    path = site.config.data_dir / "rooms.sqlite"
    with closing(sqlite3.connect(path)) as new:
        rows = {
            table: new.execute(f"SELECT {columns} FROM {table}").fetchall()
            for table, columns in (
                ("rooms", "id, name"),
                ("updates", "seq, room, author, at, content"),
                ("saves", "room, seq, fingerprint, content, at"),
            )
        }
    lose_log(site)
    with closing(sqlite3.connect(path)) as old:
        old.executescript(OLD_SCHEMA)
        for table, values in rows.items():
            old.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values[0]))})", values)
        old.commit()
    site.start()
    ana.type(" after")

    await site.door().join(ana, ANA)
    await site.saved(ana)

    assert ana.sources[0] == "x = 1 before after"
    assert {step.author for step in await site.rooms.past.steps("json:notebook:id-a.ipynb")} >= {"ana"}


async def test_the_session_of_a_server_that_is_no_more_is_welcome(site: Site) -> None:
    """There is no file of sessions that could be lost: whose document is ours decides, not who remembers whom."""
    ana = Tab()
    before = site.rooms.session_id
    pipe = await site.door().join(ana, ANA)
    pipe.cut()
    await site.stop()
    site.start()
    ana.type(" offline")

    await site.door().join(ana, ANA)
    await site.saved(ana)

    assert site.rooms.session_id != before
    assert ana.sources[0] == "x = 1 offline"
    assert not ana.closed.done()
