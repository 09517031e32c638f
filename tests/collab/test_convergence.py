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

PEOPLE = [ANA, BEN, Person("carl", "Carl"), Person("dora", "Dora")]
WORDS = re.compile(r"«\d+»")

who = st.integers(0, len(PEOPLE) - 1)
cell = st.integers(0, 5)
place = st.floats(0, 1)
act = st.one_of(
    st.tuples(st.just("type"), who, cell, place),
    st.tuples(st.just("type"), who, cell, place),
    st.tuples(st.just("add"), who, cell),
    st.tuples(st.just("cut"), who),
    st.tuples(st.just("come"), who),
    st.tuples(st.just("outside"), cell),
    st.tuples(st.just("outside cell"), cell),
    st.tuples(st.just("look")),
    st.tuples(st.just("die")),
    st.tuples(st.just("stop")),
)


class World:
    """A site, its people, and every word that anybody wrote."""

    def __init__(self, folder: Path, minor: int) -> None:
        self.site = Site(folder, save_delay_s=0.005, save_at_latest_s=0.01)
        self.site.files.put("a.ipynb", notebook("x = 1", "y = 2", minor=minor))
        self.tabs = [Tab() for _ in PEOPLE]
        self.pipes: dict[int, Pipe] = {}
        self.words = 0

    def word(self) -> str:
        self.words += 1
        return f"«{self.words}»"

    async def do(self, action: tuple) -> None:  # type: ignore[type-arg]
        await getattr(self, action[0].replace(" ", "_"))(*action[1:])

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

    async def cut(self, person: int) -> None:
        if person in self.pipes:
            self.pipes.pop(person).cut()

    async def come(self, person: int) -> None:
        if person not in self.pipes:
            self.pipes[person] = await self.site.door().join(self.tabs[person], PEOPLE[person])

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
        for person in range(len(PEOPLE)):
            await self.come(person)
        await self.look()
        for tab in self.tabs:
            count = len(tab.raw)
            assert tab.send is not None
            tab.send(b"\x02\x04save\x07")
            await tab.until(lambda t=tab, c=count: any(b"responseTo" in m for m in t.raw[c:]))  # type: ignore[misc]
        room = self.site.rooms._open[ROOM].room
        for tab in self.tabs:
            await tab.until(lambda t=tab: t.sources == room_sources(room))  # type: ignore[misc]


def room_sources(room) -> list[str]:  # type: ignore[no-untyped-def]
    return [cell["source"] for cell in room.document.content()["cells"]]


async def live(actions: list[tuple], minor: int) -> None:  # type: ignore[type-arg]
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), minor)
        for person in range(len(PEOPLE)):
            await world.come(person)
        for action in actions:
            await world.do(action)
        await world.settle()
        await world.site.stop()

        seen = Counter(WORDS.findall("".join(world.tabs[0].sources)))
        on_disk = [cell["source"] for cell in world.site.files.files["a.ipynb"]["cells"]]
        assert {f"«{number + 1}»": seen[f"«{number + 1}»"] for number in range(world.words)} == {
            f"«{number + 1}»": 1 for number in range(world.words)
        }
        assert all(tab.sources == world.tabs[0].sources for tab in world.tabs)
        assert on_disk == world.tabs[0].sources


@settings(
    max_examples=int(os.environ.get("SOAK", "25")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(actions=st.lists(act, max_size=40), minor=st.sampled_from([4, 5]))
def test_every_word_stands_once_everywhere(actions: list[tuple], minor: int) -> None:  # type: ignore[type-arg]
    """Whatever happens, all tabs and the file end up equal, with each word that anybody wrote exactly once."""
    asyncio.run(live(actions, minor))
