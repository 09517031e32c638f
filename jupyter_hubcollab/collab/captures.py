"""Outputs that an ``ipywidgets.Output`` takes: they belong into the widget, not below the cell.

Such a widget says to front ends "what comes of message X is mine" (``msg_id``); the one that asked for X collects it
and sets the widget's ``outputs``, which the kernel tells to all the others. For cells that run on the server we are
that one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Output = dict[str, Any]

Tell = Callable[[str, dict[str, Any]], None]
"""Send a widget message to the kernel: the id of its line, and what is said."""

_CAPTURED = ("stream", "display_data", "execute_result", "error", "clear_output")


class Captures:
    """The output widgets of one kernel."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._outputs: dict[str, list[Output]] = {}
        """What widgets hold, as far as that was heard."""
        self._taking: list[tuple[str, str]] = []
        """Message and widget, the last one that said so first."""
        self._taken: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        """What was taken and the kernel has not heard yet."""

    def hear(self, kind: str, content: dict[str, Any]) -> None:
        """Learn from what widgets say."""
        said = content.get("data")
        state = said.get("state") if kind in ("comm_open", "comm_msg") and isinstance(said, dict) else None
        if not isinstance(state, dict):
            return
        widget = str(content["comm_id"])
        if isinstance(state.get("outputs"), list | tuple):
            self._outputs[widget] = list(state["outputs"])
            self._hand_over(widget)
        if "msg_id" in state:
            self._taking = [one for one in self._taking if one[1] != widget]
            if state["msg_id"]:
                self._taking.insert(0, (str(state["msg_id"]), widget))

    def take(self, message: str, kind: str, content: dict[str, Any]) -> bool:
        """Take what comes of *message* if a widget wants it."""
        widget = next((widget for asked, widget in self._taking if asked == message), None)
        if widget is None or kind not in _CAPTURED:
            return False
        self._taken.setdefault(widget, []).append((kind, content))
        return True

    def flush(self) -> None:
        """Give widgets what was taken for them; what they hold already is asked for where it is not known."""
        for widget in list(self._taken):
            if widget in self._outputs:
                self._hand_over(widget)
            else:
                self._tell(widget, {"method": "request_state"})

    def _hand_over(self, widget: str) -> None:
        taken = self._taken.pop(widget, [])
        if not taken:
            return
        outputs, clear_first = self._outputs[widget], False
        for kind, content in taken:
            if kind == "clear_output" and content.get("wait"):
                clear_first = True
                continue
            outputs = [] if clear_first or kind == "clear_output" else outputs
            clear_first = False
            if kind != "clear_output":
                outputs = _with(outputs, kind, content)
        self._outputs[widget] = outputs
        self._tell(widget, {"method": "update", "state": {"outputs": outputs}, "buffer_paths": []})


def _with(outputs: list[Output], kind: str, content: dict[str, Any]) -> list[Output]:
    last = outputs[-1] if outputs else {}
    if kind == last.get("output_type") == "stream" and last.get("name") == content["name"]:
        return [*outputs[:-1], {**last, "text": last["text"] + content["text"]}]
    shown = {key: value for key, value in content.items() if key != "transient"}
    return [*outputs, {"output_type": kind, **shown}]
