"""Contents of documents as plain values: when two are the same, and how a file's cells get their ids.

A notebook read from disk and the same notebook read from its document differ in things that nobody wrote: trust,
default kernel names, 1.0 for 1, the empty cell of an empty notebook. `normal` takes these away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any
from uuid import uuid4

import msgspec

Notebook = dict[str, Any]
Cell = dict[str, Any]
Content = Any
"""A notebook as a dict, a text as a str, or what another kind of document holds."""

_UNSET_METADATA = {"language_info": {"name": ""}, "kernelspec": {"name": "", "display_name": ""}}
_SIMILAR = 0.5
_MOST_COMPARED = 20_000


def is_notebook(content: Content) -> bool:
    """Is it a notebook?"""
    return isinstance(content, dict) and isinstance(content.get("cells"), list)


def has_cell_ids(notebook: Notebook) -> bool:
    """Does this version of the format keep cell ids in the file?"""
    return (int(notebook.get("nbformat", 4)), int(notebook.get("nbformat_minor", 5))) >= (4, 5)


def fingerprint(content: Content) -> str:
    """Equal for contents that are the same to a person."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha256(msgspec.json.encode(normal(content), order="sorted")).hexdigest()


def is_blank(content: Content) -> bool:
    """Has nobody written anything?"""
    return not (normal(content)["cells"] if is_notebook(content) else content)


def normal(content: Content) -> Content:
    """*content* without what nobody wrote."""
    if not is_notebook(content):
        return content
    metadata = {k: v for k, v in content.get("metadata", {}).items() if v != _UNSET_METADATA.get(k)}
    metadata.pop("orig_nbformat", None)
    with_ids = has_cell_ids(content)
    cells = [_normal_cell(cell, with_ids=with_ids) for cell in content["cells"]]
    return {
        "cells": [] if len(cells) == 1 and _is_empty_code(cells[0]) else cells,
        "metadata": plain(metadata),
        "nbformat": int(content.get("nbformat", 4)),
        "nbformat_minor": int(content.get("nbformat_minor", 5)),
    }


def _is_empty_code(cell: Cell) -> bool:
    return cell["cell_type"] == "code" and not cell["source"] and not cell["outputs"]


def _normal_cell(cell: Cell, *, with_ids: bool) -> Cell:
    dropped = {"execution_state"} if with_ids else {"execution_state", "id"}
    shown = {key: value for key, value in cell.items() if key not in dropped}
    if not shown.get("attachments"):
        shown.pop("attachments", None)
    shown["source"] = joined(shown.get("source", ""))
    shown["metadata"] = {key: value for key, value in shown.get("metadata", {}).items() if key != "trusted"}
    shown["outputs"] = [_normal_output(output) for output in shown.get("outputs", [])]
    if shown["cell_type"] != "code":
        shown.pop("outputs")
        shown.pop("execution_count", None)
    return dict(plain(shown))


def _normal_output(output: Mapping[str, Any]) -> dict[str, Any]:
    text = {"text": joined(output["text"])} if "text" in output else {}
    return {**output, **text}


def joined(text: str | list[str]) -> str:
    """Multi-line text as one string."""
    return text if isinstance(text, str) else "".join(text)


def plain(value: Any) -> Any:
    """Whole numbers are whole, whoever wrote them: JavaScript knows no difference between 1 and 1.0."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def for_file(content: Content) -> Content:
    """*content* as its format allows it in a file: without cell ids before nbformat 4.5."""
    if not is_notebook(content) or has_cell_ids(content):
        return content
    cells = [{key: value for key, value in cell.items() if key != "id"} for cell in content["cells"]]
    return {**content, "cells": cells}


def with_ids_of(content: Content, known: Content) -> Content:
    """`with_cell_ids` where both are notebooks."""
    return with_cell_ids(content, known) if is_notebook(content) and is_notebook(known) else content


def with_cell_ids(notebook: Notebook, known: Notebook) -> Notebook:
    """*notebook* with an id on each cell, the same that this cell has in *known*; no id twice."""
    if not all(cell.get("id") for cell in notebook["cells"]):
        return {**notebook, "cells": _aligned(notebook["cells"], known["cells"])}
    return dict(without_twins(notebook))


def without_twins(content: Content) -> Content:
    """*content* with no cell id twice, as programs write it that copy cells."""
    if not is_notebook(content):
        return content
    seen: set[str | None] = {None}
    cells = []
    for cell in content["cells"]:
        number = cell.get("id")
        cells.append({**cell, "id": str(uuid4())} if number is not None and number in seen else cell)
        seen.add(number)
    return {**content, "cells": cells}


def _aligned(cells: list[Cell], known: list[Cell]) -> list[Cell]:
    ids: list[str | None] = [None] * len(cells)
    matcher = SequenceMatcher(None, [_look(cell) for cell in known], [_look(cell) for cell in cells], autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            for offset in range(end - start):
                ids[new_start + offset] = known[start + offset]["id"]
        elif tag == "replace":
            _align_changed(cells[new_start:new_end], known[start:end], ids, new_start)
    return [{**cell, "id": number or str(uuid4())} for cell, number in zip(cells, ids, strict=True)]


def _align_changed(cells: list[Cell], known: list[Cell], ids: list[str | None], offset: int) -> None:
    """Give changed cells the ids of those they resemble, in order; as many between two such are the same cells, too.

    To take a cell that was written anew for another one would delete what people type in it at that moment.
    """
    same: list[tuple[int, int]] = []
    for position, cell in enumerate(cells):
        rest = range(same[-1][1] + 1 if same else 0, len(known))
        match = next((index for index in rest if _resembles(known[index], cell)), None)
        if match is not None:
            same.append((position, match))
    for before, after in list(pairwise([(-1, -1), *same, (len(cells), len(known))])):
        new, old = range(before[0] + 1, after[0]), range(before[1] + 1, after[1])
        if len(new) == len(old):
            pairs = zip(new, old, strict=True)
            same += [(at, was) for at, was in pairs if cells[at]["cell_type"] == known[was]["cell_type"]]
    for position, match in same:
        ids[offset + position] = known[match]["id"]


def _look(cell: Cell) -> tuple[str, str]:
    return cell["cell_type"], joined(cell.get("source", ""))


def _resembles(old: Cell, new: Cell) -> bool:
    before, after = _look(old), _look(new)
    if before[0] != after[0]:
        return False
    first, second = before[1][:_MOST_COMPARED], after[1][:_MOST_COMPARED]
    return SequenceMatcher(None, first, second, autojunk=False).ratio() > _SIMILAR
