"""Outputs of a cell, as a browser would write them."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_hubcollab.collab.document import Document
from jupyter_hubcollab.collab.outputs import Outputs, as_terminal

from .people import notebook


@pytest.fixture
def document() -> Document:
    document = Document("notebook")
    document.fill(notebook("x"))
    return document


def outputs(document: Document) -> list[dict[str, Any]]:
    return list(document.content()["cells"][0]["outputs"])


def stream(text: str, name: str = "stdout") -> tuple[str, dict[str, Any]]:
    return "stream", {"name": name, "text": text}


@pytest.mark.parametrize(
    ("line", "text", "shown"),
    [
        ("", "plain\nlines", "plain\nlines"),
        ("50 %", "\r100 %", "100 %"),
        ("100 %", "\r50 %", "50 %%"),
        ("", "a\r\nb", "a\nb"),
        ("abc", "\b\bX", "aXc"),
        ("é", "\rü\n", "ü\n"),
    ],
)
def test_a_line_is_what_a_terminal_shows(line: str, text: str, shown: str) -> None:
    """Progress bars overwrite their line instead of filling the notebook."""
    assert as_terminal(line, text) == shown


def test_streams_grow_and_bars_stay_one_line(document: Document) -> None:
    """Text that comes in pieces is one output, and a bar one line, whatever bytes its characters have."""
    written = Outputs("cell-0", {})
    written.begin(document)

    for piece in ("é start\n", "bar ▏", "\rbar ██", "\rbar ████\n", "end"):
        written.take(document, *stream(piece))
    written.take(document, *stream("oops", "stderr"))

    assert [one["text"] for one in outputs(document)] == ["é start\nbar ████\nend", "oops"]


def test_a_display_is_updated_in_its_place(document: Document) -> None:
    """A handle of display() changes what it showed, not what stands below."""
    written = Outputs("cell-0", {})
    transient = {"display_id": "d"}
    written.take(document, "display_data", {"data": {"text/plain": "1"}, "metadata": {}, "transient": transient})
    written.take(document, *stream("below"))

    news = {"data": {"text/plain": "2"}, "metadata": {}, "transient": transient}
    written.take(document, "update_display_data", news)

    assert outputs(document)[0]["data"] == {"text/plain": "2"}
    assert "transient" not in outputs(document)[0]


def test_a_clear_that_waits_clears_with_the_next_output(document: Document) -> None:
    """An animation does not flicker."""
    written = Outputs("cell-0", {})
    written.take(document, *stream("one"))

    written.take(document, "clear_output", {"wait": True})
    still = outputs(document)
    written.take(document, *stream("two"))

    assert [one["text"] for one in still] == ["one"]
    assert [one["text"] for one in outputs(document)] == ["two"]


def test_outputs_of_a_deleted_cell_go_nowhere(document: Document) -> None:
    """Who deletes a cell that runs harms nobody."""
    written = Outputs("cell-0", {})
    written.begin(document)
    del document.shared.ycells[0]

    written.take(document, *stream("lost"))
    written.end(document, 1)

    assert document.content()["cells"] == []
