"""The hub as a widget in a cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import jupyter_hubcollab as notebook


def _of(box: Any, kind: Any) -> Iterator[Any]:
    for child in box.children:
        if isinstance(child, kind):
            yield child
        yield from _of(child, kind) if hasattr(child, "children") else ()


def test_the_panel_shows_a_model_and_says_what_the_hub_refuses(hub: Any, name: str, tmp_path: Path) -> None:
    """Versions and variants of the model that is chosen; a failure is a sentence, not a traceback."""
    widgets = pytest.importorskip("ipywidgets")
    (tmp_path / "model.onnx").write_bytes(b"no model")
    notebook.publish(tmp_path / "model.onnx", name, message="the <first> one")
    box = notebook.panel()
    tabs = box.children[0]

    tabs.selected_index = 1
    choice = next(_of(tabs, widgets.Dropdown))
    choice.value = name

    shown = "".join(one.value for one in _of(tabs, widgets.HTML))
    assert "the &lt;first&gt; one" in shown
    assert "model.onnx" in shown
    next(one for one in _of(tabs.children[1], widgets.Button) if one.description == "Load").click()
    assert "nothing here knows how to load" in box.children[2].value
    tabs.selected_index = 2
    assert "runs, newest first" in "".join(one.value for one in _of(tabs, widgets.HTML))
