"""One bar, drawn over, wherever the user looks."""

from __future__ import annotations

import io
from typing import Any

from jupyter_hubcollab.client.progress import CellOutput, Progress, Terminal


def test_on_a_terminal_it_is_one_line_that_ends_full() -> None:
    """One line, however many pieces."""
    out = io.StringIO()
    bar = Progress("sending", 100, screen=Terminal(out), clock=lambda: 0.0)

    for _ in range(10):
        bar.add(10)
    bar.finish()

    assert out.getvalue().count("\n") == 1
    assert "100%" in out.getvalue().split("\r")[-1]


class Cell:
    """What the cell's output area shows."""

    def __init__(self) -> None:
        self.shown: list[dict[str, str]] = []

    def display(self, bundle: dict[str, str], *, raw: bool, display_id: bool = True) -> Cell:
        self.shown.append(bundle)
        return self

    def update(self, bundle: dict[str, str], *, raw: bool) -> None:
        self.shown[-1] = bundle


def test_in_a_cell_it_is_one_output_that_is_replaced() -> None:
    """A notebook is not filled with bars."""
    cell, ticks = Cell(), iter(range(100))
    bar = Progress("sending <b>", 100, screen=CellOutput(cell.display), clock=lambda: float(next(ticks)))

    bar.add(50)
    bar.add(50)
    bar.finish()

    assert len(cell.shown) == 1
    assert "100%, 100 B of 100 B" in cell.shown[0]["text/html"]
    assert "&lt;b&gt;" in cell.shown[0]["text/html"]


def test_bytes_that_go_twice_count_once() -> None:
    """A broken line takes the bar back."""
    screen: Any = Terminal(io.StringIO())
    bar = Progress("sending", 100, screen=screen)

    bar.add(60)
    bar.rewind(0)
    bar.add(100)

    assert bar.done == 100


def test_nothing_to_move_draws_nothing() -> None:
    """No bar for what is there already."""
    out = io.StringIO()

    Progress("sending", 0, screen=Terminal(out)).finish()

    assert out.getvalue() == ""
