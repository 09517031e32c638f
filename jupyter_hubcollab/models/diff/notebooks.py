"""Two notebooks, cell by cell: nbdime finds which cells belong together, `difflib` which of their lines differ."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ... import wire

MOST_CELLS = 2_000
MOST_LINES = 1_000
AROUND = 3


@dataclass(frozen=True, slots=True)
class _Cell:
    kind: str
    source: str
    outputs: str


def compared(before: str, after: str) -> tuple[list[wire.CellDiff], int]:
    """The cells that differ, in the order of the notebook, and how many do not; none where one is no notebook."""
    return _compared(_notebook(before), _notebook(after))


def compared_by_source(before: str, after: str) -> tuple[list[wire.CellDiff], int]:
    """The same, of what people wrote alone: outputs do not count."""
    return _compared(_without_outputs(_notebook(before)), _without_outputs(_notebook(after)))


def _compared(left: Any, right: Any) -> tuple[list[wire.CellDiff], int]:
    if left is None or right is None or max(len(left["cells"]), len(right["cells"])) > MOST_CELLS:
        return [], 0
    a, b = _cells(left), _cells(right)
    found = list(_changes(a, b, left, right))
    changed = sum(1 for one in found if one.after is not None)
    return found, len(b) - changed


def _changes(a: list[_Cell], b: list[_Cell], left: Any, right: Any) -> Iterator[wire.CellDiff]:
    """Walk both notebooks along nbdime's list of what was added, removed and patched."""
    shift = 0
    for step in _steps(left, right):
        key = step["key"]
        if step["op"] == "addrange":
            for at in range(len(step["valuelist"])):
                yield _diff("added", None, key + shift + at, _EMPTY, b[key + shift + at])
            shift += len(step["valuelist"])
        elif step["op"] == "removerange":
            for at in range(step["length"]):
                yield _diff("removed", key + at, None, a[key + at], _EMPTY)
            shift -= step["length"]
        elif a[key] != b[key + shift]:
            yield _diff("changed", key, key + shift, a[key], b[key + shift])


def _steps(left: Any, right: Any) -> list[dict[str, Any]]:
    """What nbdime finds in the cells."""
    from nbdime.diffing.notebooks import diff_notebooks

    found: list[Any] = diff_notebooks(left, right)
    return [step for part in found if part["key"] == "cells" and part["op"] == "patch" for step in part["diff"]]


_EMPTY = _Cell("", "", "")


def _diff(
    change: Literal["added", "removed", "changed"], before: int | None, after: int | None, a: _Cell, b: _Cell
) -> wire.CellDiff:
    lines = list(_lines(a.source.splitlines(), b.source.splitlines()))
    return wire.CellDiff(
        change=change,
        kind=b.kind or a.kind,
        before=before,
        after=after,
        lines=lines[:MOST_LINES],
        is_cut=len(lines) > MOST_LINES,
        outputs_changed=change == "changed" and a.outputs != b.outputs,
    )


def _lines(a: list[str], b: list[str]) -> Iterator[wire.DiffLine]:
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    for group in matcher.get_grouped_opcodes(AROUND):
        for what, old, old_end, new, new_end in group:
            if what == "equal":
                for at in range(old_end - old):
                    yield wire.DiffLine(sign=" ", text=a[old + at], old=old + at + 1, new=new + at + 1)
                continue
            for at in range(old, old_end):
                yield wire.DiffLine(sign="-", text=a[at], old=at + 1, new=None)
            for at in range(new, new_end):
                yield wire.DiffLine(sign="+", text=b[at], old=None, new=at + 1)


def _notebook(text: str) -> Any:
    """A notebook in nbformat 4; None for anything else."""
    import nbformat

    try:
        content = json.loads(text)
        if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
            return None
        return nbformat.from_dict(content)  # type: ignore[no-untyped-call]
    except (ValueError, RecursionError):
        return None


def _without_outputs(notebook: Any) -> Any:
    for cell in notebook["cells"] if notebook is not None else ():
        if cell.get("cell_type") == "code":
            cell |= {"outputs": [], "execution_count": None}
    return notebook


def _cells(notebook: Any) -> list[_Cell]:
    return [
        _Cell(str(cell.get("cell_type", "raw")), _text(cell.get("source", "")), json.dumps(cell.get("outputs", [])))
        for cell in notebook["cells"]
    ]


def _text(source: object) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source)
