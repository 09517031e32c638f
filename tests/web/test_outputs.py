"""Large outputs over a real server: fetched by hash, whole in every file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab.collab.large_outputs import stands_for
from tests.collab.people import Tab, notebook

from .test_rooms import Fetch, Visitors
from .test_rooms import a_notebook as a_notebook  # noqa: PLC0414  a fixture
from .test_rooms import visitors as visitors  # noqa: PLC0414  a fixture

FIGURE = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 100_000, "text/plain": "<Figure>"}}


@pytest.fixture
def figure(a_notebook: Path) -> Path:
    """A notebook with a large figure."""
    book = notebook("x = 1", "y = 2")
    book["cells"][0]["outputs"] = [FIGURE]
    a_notebook.write_text(json.dumps(book))
    return a_notebook


async def opened(visitors: Visitors) -> tuple[Tab, str]:
    """A tab on the notebook, and the hash that stands in the figure's place."""
    tab = Tab()
    await visitors.join(tab)
    number = stands_for(tab.cells[0]["outputs"][0].to_py())
    assert number is not None
    return tab, number


async def test_an_output_is_fetched_by_its_hash(visitors: Visitors, figure: Path, jp_fetch: Fetch) -> None:
    """A browser gets the output as nbformat has it, and may keep it for good."""
    _, number = await opened(visitors)

    reply = await jp_fetch("hubcollab/api/outputs", number)

    assert json.loads(reply.body) == FIGURE
    assert "immutable" in reply.headers["Cache-Control"]
    assert "private" in reply.headers["Cache-Control"]


async def test_an_output_that_is_gone_is_not_found(jp_fetch: Fetch) -> None:
    """Who asks for what is nowhere is told to run the cell again."""
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("hubcollab/api/outputs", "0" * 64)

    assert refused.value.code == 404


async def test_a_notebook_saved_under_another_name_is_whole(
    visitors: Visitors, figure: Path, jp_fetch: Fetch, jp_serverapp: Any
) -> None:
    """*Save as* sends what the browser has, which are stand-ins; the new file has the figures."""
    tab, _ = await opened(visitors)
    content = {**tab.shared.get(), "metadata": {}}

    model = {"type": "notebook", "format": "json", "content": content}
    await jp_fetch("api/contents/b.ipynb", method="PUT", body=json.dumps(model))

    written = json.loads(figure.with_name("b.ipynb").read_text())
    assert written["cells"][0]["outputs"][0]["data"]["image/png"] == "A" * 100_000
