"""Random work by several people, with broken lines, dying servers and others who write the file."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import ROOM, Site
from .people import ANA, BEN, Person, Pipe, Tab, notebook

PEOPLE = [ANA, BEN, Person("carl", "Carl"), Person("dora", "Dora"), Person("emil", "Emil")]
BY_PEOPLE = {"type", "add", "erase", "move", "drop", "cut", "come", "lag", "catch up"}
WORDS = re.compile(r"«\d+»")

who = st.integers(0, len(PEOPLE) - 1)
cell = st.integers(0, 5)
place = st.floats(0, 1)
act = st.one_of(
    st.tuples(st.just("type"), who, cell, place),
    st.tuples(st.just("type"), who, cell, place),
    st.tuples(st.just("add"), who, cell),
    st.tuples(st.just("erase"), who, cell, place),
    st.tuples(st.just("move"), who, cell, cell),
    st.tuples(st.just("drop"), who, cell),
    st.tuples(st.just("cut"), who),
    st.tuples(st.just("come"), who),
    st.tuples(st.just("lag"), who),
    st.tuples(st.just("catch up"), who),
    st.tuples(st.just("outside"), cell),
    st.tuples(st.just("outside cell"), cell),
    st.tuples(st.just("outside order")),
    st.tuples(st.just("look")),
    st.tuples(st.just("die")),
    st.tuples(st.just("stop")),
)


class World:
    """A site, its people, every word that anybody wrote, and those that somebody deleted."""

    def __init__(self, folder: Path, minor: int, people: int) -> None:
        self.site = Site(folder, save_delay_s=0.005, save_at_latest_s=0.01)
        self.site.files.put("a.ipynb", notebook("x = 1", "y = 2", minor=minor))
        self.minor = minor
        self.tabs = [Tab(keeps_own_text=True) for _ in PEOPLE[:people]]
        self.deleted: set[str] = set()
        self.dropped: set[str] = set()
        self.pipes: dict[int, Pipe] = {}
        self.words = 0

    def word(self) -> str:
        self.words += 1
        return f"«{self.words}»"

    async def do(self, action: tuple) -> None:  # type: ignore[type-arg]
        act, *rest = action
        if act in BY_PEOPLE:
            rest[0] %= len(self.tabs)
        await getattr(self, act.replace(" ", "_"))(*rest)

    async def type(self, person: int, number: int, part: float) -> None:
        tab = self.tabs[person]
        if not len(tab.cells):
            return
        source = tab.cells[number % len(tab.cells)]["source"]
        text = str(source)
        # Between words, never inside one; pycrdt counts bytes.
        gaps = [0, *(found.end() for found in WORDS.finditer(text)), len(text)]
        source.insert(len(text[: gaps[int(part * (len(gaps) - 1))]].encode()), self.word())
        await asyncio.sleep(0)

    async def add(self, person: int, number: int) -> None:
        tab = self.tabs[person]
        if len(tab.cells):
            tab.add_cell(self.word())

    async def erase(self, person: int, number: int, part: float) -> None:
        """Delete a whole word."""
        tab = self.tabs[person]
        if not len(tab.cells):
            return
        source = tab.cells[number % len(tab.cells)]["source"]
        text = str(source)
        found = list(WORDS.finditer(text))
        if found:
            word = found[int(part * (len(found) - 1))]
            self.deleted.add(word.group())
            del source[len(text[: word.start()].encode()) : len(text[: word.end()].encode())]
            await asyncio.sleep(0)

    async def move(self, person: int, start: int, end: int) -> None:
        """Move a cell as the front end does; before 4.5 nobody could tell it from another in the file."""
        tab = self.tabs[person]
        count = len(tab.cells)
        if count > 1 and self.minor >= 5:
            moved = tab.shared.get_cell(start % count)
            with tab.doc.transaction():
                del tab.cells[start % count]
                tab.cells.insert(end % count, tab.shared.create_ycell(moved))
            await asyncio.sleep(0)

    async def drop(self, person: int, number: int) -> None:
        """Delete a cell; what others type into it goes with it, or is given back to them."""
        tab = self.tabs[person]
        if len(tab.cells) > 1:
            index = number % len(tab.cells)
            self.dropped.add(str(tab.cells[index]["id"]))
            del tab.cells[index]
            await asyncio.sleep(0)

    async def cut(self, person: int) -> None:
        if person in self.pipes:
            self.pipes.pop(person).cut()

    async def come(self, person: int) -> None:
        if person not in self.pipes:
            self.pipes[person] = await self.site.door().join(self.tabs[person], PEOPLE[person])

    async def lag(self, person: int) -> None:
        """What the server sends is on its way for longer."""
        if person in self.pipes:
            self.pipes[person].is_stuck = True

    async def catch_up(self, person: int) -> None:
        if person in self.pipes:
            self.pipes[person].unstick()

    async def outside(self, number: int) -> None:
        book = self.site.files.files["a.ipynb"]
        chosen = book["cells"][number % len(book["cells"])]
        chosen["source"] += f"\n{self.word()}"
        self.site.files.put("a.ipynb", book)

    async def outside_cell(self, number: int) -> None:
        book = self.site.files.files["a.ipynb"]
        new = notebook(self.word(), minor=book["nbformat_minor"])["cells"][0]
        if "id" in new:
            new["id"] = f"outside-{self.words}"
        book["cells"].insert(number % (len(book["cells"]) + 1), new)
        self.site.files.put("a.ipynb", book)

    async def outside_order(self) -> None:
        book = self.site.files.files["a.ipynb"]
        if self.minor >= 5:
            book["cells"].reverse()
            self.site.files.put("a.ipynb", book)

    async def look(self) -> None:
        entry = self.site.rooms._open.get(ROOM)
        if entry is not None and entry.keeper is not None:
            await entry.keeper.look()

    async def die(self) -> None:
        await self._restart(self.site.die)

    async def stop(self) -> None:
        await self._restart(self.site.stop)

    async def _restart(self, end) -> None:  # type: ignore[no-untyped-def]
        for pipe in self.pipes.values():
            pipe.tab.send = None
            pipe._task.cancel()
        self.pipes.clear()
        await end()
        self.site.start()

    async def settle(self) -> None:
        """Everybody is there, and everything has arrived everywhere."""
        for pipe in self.pipes.values():
            pipe.unstick()
        for person in range(len(self.tabs)):
            await self.come(person)
        await self.look()
        await self.site.settled()
        for tab in self.tabs:
            count = len(tab.raw)
            assert tab.send is not None
            tab.send(b"\x02\x04save\x07")
            await tab.until(lambda t=tab, c=count: any(b"responseTo" in m for m in t.raw[c:]))  # type: ignore[misc]
        room = self.site.rooms._open[ROOM].room
        for tab in self.tabs:
            await tab.until(lambda t=tab: t.sources == room_sources(room))  # type: ignore[misc]

    def check(self) -> None:
        """Each word stands once; one that somebody deleted, or whose cell somebody deleted, may be gone."""
        seen = Counter(WORDS.findall("".join(self.tabs[0].sources)))
        words = {f"«{number + 1}»" for number in range(self.words)}
        assert not {word for word in words if seen[word] > 1}
        lost = {word for word in words - self.deleted if not seen[word]}
        assert not lost or self.dropped, lost


def room_sources(room) -> list[str]:  # type: ignore[no-untyped-def]
    return [cell["source"] for cell in room.document.content()["cells"]]


async def live(actions: list[tuple], minor: int, people: int) -> None:  # type: ignore[type-arg]
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), minor, people)
        for person in range(people):
            await world.come(person)
        for action in actions:
            await world.do(action)
        await world.settle()
        world.check()
        await world.site.stop()

        on_disk = [cell["source"] for cell in world.site.files.files["a.ipynb"]["cells"]]
        assert all(tab.sources == world.tabs[0].sources for tab in world.tabs)
        assert on_disk == world.tabs[0].sources


@settings(
    max_examples=int(os.environ.get("SOAK", "25")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(actions=st.lists(act, max_size=40), minor=st.sampled_from([4, 5]), people=st.integers(2, 5))
def test_every_word_stands_once_everywhere(actions: list[tuple], minor: int, people: int) -> None:  # type: ignore[type-arg]
    """Whatever happens, all end up equal, with each word once, unless somebody deleted it or its cell."""
    asyncio.run(live(actions, minor, people))
