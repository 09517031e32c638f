"""Large outputs by reference: documents stay small, files stay whole, nothing is lost, what nobody needs is freed."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from pycrdt import Map, Text

from jupyter_hubcollab.collab.history import compact
from jupyter_hubcollab.collab.large_outputs import MIME, complete, shorten, stands_for, take_out
from jupyter_hubcollab.collab.output_store import KEEP_S

from .conftest import ROOM, Site
from .people import BEN, Tab, notebook, told

MOST = 1000
FIGURE = {
    "output_type": "display_data",
    "metadata": {"image/png": {"width": 3}},
    "data": {"image/png": "é" + "A" * 9000, "text/plain": "<Figure>"},
}
LOG = {"output_type": "stream", "name": "stdout", "text": "line\n" * 9000}
TABLE = {
    "output_type": "execute_result",
    "execution_count": 3,
    "metadata": {},
    "data": {"text/html": "<td>1</td>" * 9000, "text/plain": "a table"},
}
CHART = {"output_type": "display_data", "metadata": {}, "data": {"application/vnd.plotly.v1+json": {"y": [0.5] * 9000}}}
SMALL = {"output_type": "stream", "name": "stdout", "text": "small\n"}


def with_outputs(*outputs: dict[str, Any]) -> dict[str, Any]:
    """A notebook with these outputs in its first cell."""
    book = notebook("x = 1", "y = 2")
    book["cells"][0]["outputs"] = copy.deepcopy(list(outputs))
    return book


def on_disk(site: Site) -> list[dict[str, Any]]:
    return list(site.files.files["a.ipynb"]["cells"][0]["outputs"])


def in_tab(tab: Tab) -> list[dict[str, Any]]:
    return [youtput.to_py() for youtput in tab.cells[0]["outputs"]]


def ran(tab: Tab, *outputs: dict[str, Any]) -> None:
    """The first cell ran in the browser, which writes its outputs."""
    youtputs = tab.cells[0]["outputs"]
    with tab.doc.transaction():
        youtputs.clear()
        for output in outputs:
            youtputs.append(Map({**output, "text": Text(output["text"])} if "text" in output else output))


async def opened(site: Site, *outputs: dict[str, Any]) -> Tab:
    site.files.put("a.ipynb", with_outputs(*outputs))
    tab = Tab()
    await site.door().join(tab)
    return tab


@pytest.mark.parametrize("output", [FIGURE, LOG, TABLE, CHART])
def test_what_is_taken_out_comes_back_as_it_was(output: dict[str, Any]) -> None:
    """Every kind of large output is small in the document, and the same again in the file."""
    short = shorten(with_outputs(SMALL, output), MOST)

    stand_in = short.content["cells"][0]["outputs"][1]
    assert len(json.dumps(stand_in)) < 2 * MOST
    assert {MIME, "text/plain"} <= stand_in["data"].keys()
    assert complete(short.content, short.taken.get) == with_outputs(SMALL, output)
    assert shorten(short.content, MOST).content == short.content


@pytest.mark.parametrize(
    "output",
    [
        SMALL,
        {**FIGURE, "data": {**FIGURE["data"], "application/vnd.jupyter.widget-view+json": {}}},
        {**CHART, "data": {"application/json": [float("nan")] * 9000}},
        {**LOG, "text": "\ud800" * 9000},
    ],
)
def test_some_outputs_stay(output: dict[str, Any]) -> None:
    """Small ones, widgets, and what no JSON can hold stay where they are."""
    assert take_out(output, MOST) is None


async def test_a_large_notebook_is_small_on_the_line(site: Site) -> None:
    """Who opens it downloads stand-ins; the file is not touched, and saved whole after an edit."""
    large = [{**FIGURE, "data": {"image/png": f"{n}" * 100_000}} for n in range(9)]
    tab = await opened(site, *large)

    assert sum(map(len, tab.received)) < 20_000
    assert site.files.writes == 0
    tab.type(" # typed")
    await site.saved(tab)
    assert on_disk(site) == large
    assert all(stands_for(one) for one in in_tab(tab))


async def test_what_a_browser_writes_is_put_apart(site: Site) -> None:
    """The outputs of a cell that ran in a browser, or were pasted, become references at the next save."""
    tab, other = await opened(site), Tab()
    await site.door().join(other, BEN)

    ran(tab, {**LOG, "text": "l\n" * 40_000})
    await site.saved(tab)
    await other.until(lambda: bool(in_tab(other)) and stands_for(in_tab(other)[0]) is not None)

    assert on_disk(site)[0]["text"] == "l\n" * 40_000


async def test_a_cell_that_runs_is_left_alone(site: Site) -> None:
    """While something is written into an output it stays in the document; the file has it all the same."""
    tab = await opened(site)
    log = {**LOG, "text": "l\n" * 40_000}
    with tab.doc.transaction():
        tab.cells[0]["execution_state"] = "running"
        ran(tab, log)

    await site.saved(tab)

    assert in_tab(tab)[0]["output_type"] == "stream"
    assert on_disk(site) == [log]


async def test_a_crash_after_opening_loses_nothing(site: Site) -> None:
    """A server that dies with unsaved edits finds the outputs again, also when the file lost them meanwhile."""
    tab = await opened(site, {**FIGURE, "data": {"image/png": "A" * 100_000}})
    tab.type(" # typed")
    await site.until_stored("ana")
    await site.die()
    site.start()

    again = Tab()
    await site.door().join(again)
    await site.saved(again)

    assert on_disk(site)[0]["data"]["image/png"] == "A" * 100_000
    assert again.sources[0] == "x = 1 # typed"


@pytest.mark.parametrize("rest", [None, b"no database" * 1000])
async def test_a_lost_store_is_filled_from_the_file(site: Site, rest: bytes | None) -> None:
    """Whatever becomes of the store of outputs, none is lost that the file still has."""
    figure = {**FIGURE, "data": {"image/png": "A" * 100_000}}
    tab = await opened(site, figure)
    store = site.config.data_dir / "outputs.sqlite"
    store.unlink()
    if rest is not None:
        store.write_bytes(rest)
    await site.die()
    site.start()

    await site.door().join(tab)
    tab.type(" # typed")
    await site.saved(tab)

    assert on_disk(site) == [figure]
    assert site.rooms.outputs.one(str(stands_for(in_tab(tab)[0]))) is not None


async def test_a_store_that_vanishes_is_made_anew(site: Site) -> None:
    """Who deletes it under a running server finds it again after the next save, and the file whole."""
    figure = {**FIGURE, "data": {"image/png": "A" * 100_000}}
    tab = await opened(site, figure)
    (site.config.data_dir / "outputs.sqlite").unlink()

    tab.type(" # typed")
    await site.saved(tab)

    assert on_disk(site) == [figure]
    assert site.rooms.outputs.size()[0] == 1


async def test_another_output_on_disk_is_taken_in(site: Site) -> None:
    """A program that runs the notebook in the file brings its new figures, by reference."""
    tab = await opened(site, {**FIGURE, "data": {"image/png": "A" * 100_000}})
    before = stands_for(in_tab(tab)[0])
    new = {**FIGURE, "data": {"image/png": "B" * 100_000}}

    site.files.put("a.ipynb", with_outputs(new))
    await site.look()
    await tab.until(lambda: bool(in_tab(tab)) and stands_for(in_tab(tab)[0]) != before)
    tab.type(" # typed")
    await site.saved(tab)

    assert on_disk(site) == [new]
    assert told(tab, "merged")[0]["conflicts"] == []


async def test_cleared_outputs_are_freed(site: Site) -> None:
    """What was cleared goes when the log has forgotten it; what a named point has stays and comes back."""
    tab = await opened(site, {**FIGURE, "data": {"image/png": "A" * 100_000}})
    point = await site.rooms.past.name_point(ROOM, "with figure", BEN)
    await rerun(site, tab, "B")
    await rerun(site, tab, "C")
    await cleared(site, tab)
    log = await site.rooms.log()
    await evicted_later(site)

    assert site.rooms.outputs.size()[0] == 1
    await site.rooms.past.restore(ROOM, point.seq, BEN)
    await site.pause()
    assert on_disk(site)[0]["data"]["image/png"] == "A" * 100_000
    log.drop_point(ROOM, point.seq)


async def rerun(site: Site, tab: Tab, letter: str) -> None:
    """Run the first cell in the browser: another figure."""
    ran(tab, {**FIGURE, "data": {"image/png": letter * 100_000}})
    await site.saved(tab)
    await tab.until(lambda: bool(in_tab(tab)) and stands_for(in_tab(tab)[0]) is not None)


async def cleared(site: Site, tab: Tab) -> None:
    """Clear all outputs."""
    tab.cells[0]["outputs"].clear()
    await site.saved(tab)


async def evicted_later(site: Site) -> None:
    """Everybody leaves, and an hour goes by."""
    log = await site.rooms.log()
    compact(log, ROOM, "notebook")
    site.clock += KEEP_S + 1
    site.rooms.outputs.collect(log)
