"""Outputs that widgets take, as a kernel tells of them."""

from __future__ import annotations

from typing import Any

from jupyter_hubcollab.collab.captures import Captures

LINE = {"name": "stdout", "text": "line\n"}


class Kernel:
    """What it was told, and what widgets say."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.captures = Captures(lambda widget, said: self.told.append((widget, said)))

    def widget_says(self, widget: str, kind: str = "comm_msg", **state: Any) -> None:
        self.captures.hear(kind, {"comm_id": widget, "data": {"method": "update", "state": state}})

    @property
    def shown(self) -> Any:
        return self.told[-1][1]["state"]["outputs"]


def test_a_widget_gets_what_is_printed_in_it() -> None:
    """Between entering and leaving the widget all belongs there; before and after, to the cell."""
    kernel = Kernel()
    kernel.widget_says("w", "comm_open", outputs=[], msg_id="")
    before = kernel.captures.take("run", "stream", LINE)

    kernel.widget_says("w", msg_id="run")
    taken = [kernel.captures.take("run", "stream", LINE) for _ in range(2)]
    others = kernel.captures.take("another run", "stream", LINE)
    kernel.widget_says("w", msg_id="")
    after = kernel.captures.take("run", "stream", LINE)
    kernel.captures.flush()

    assert (before, taken, others, after) == (False, [True, True], False, False)
    assert kernel.shown == [{"output_type": "stream", "name": "stdout", "text": "line\nline\n"}]


def test_a_widget_that_was_there_before_keeps_what_it_shows() -> None:
    """What it holds is asked for first, and comes before what is new."""
    kernel = Kernel()
    kernel.widget_says("w", msg_id="run")
    kernel.captures.take("run", "stream", LINE)

    kernel.captures.flush()
    asked = kernel.told[-1]
    kernel.widget_says("w", outputs=[{"output_type": "stream", "name": "stdout", "text": "old\n"}])

    assert asked == ("w", {"method": "request_state"})
    assert [one["text"] for one in kernel.shown] == ["old\nline\n"]


def test_a_clear_that_waits_replaces_the_output() -> None:
    """``interact`` shows the last result, not all of them."""
    kernel = Kernel()
    kernel.widget_says("w", "comm_open", outputs=[{"output_type": "stream", "name": "stdout", "text": "old\n"}])
    kernel.widget_says("w", msg_id="run")

    for kind, content in (("clear_output", {"wait": True}), ("stream", LINE)):
        kernel.captures.take("run", kind, content)
    kernel.captures.flush()

    assert [one["text"] for one in kernel.shown] == ["line\n"]
