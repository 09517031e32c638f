"""Three-way merges of plain contents: *base* is what both sides began with, *ours* is the room, *theirs* is the file.

Nothing is dropped in silence. Where both changed the same words, a text keeps both between marks, and a notebook keeps
the room's cell and gets the file's version in a marked cell below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any
from uuid import uuid4

from .content import Cell, Content, Notebook, fingerprint, is_notebook, joined, with_cell_ids

_FINE_CHARACTERS = 4000
_MARK = "hubcollab"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``old[start:end]`` by ``text``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome of a merge; ``conflicts`` says in words what it could not settle."""

    content: Content
    conflicts: list[str] = field(default_factory=list)


def edits(old: str, new: str) -> list[Edit]:
    """The smallest changes that make *new* of *old*: by lines, then by characters within changed lines."""
    if old == new:
        return []
    return [
        Edit(start + edit.start, start + edit.end, edit.text)
        for start, before, after in _changed_lines(old, new)
        for edit in _changed_characters(before, after)
    ]


def _changed_lines(old: str, new: str) -> Iterator[tuple[int, str, str]]:
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield starts[start], "".join(before[start:end]), "".join(after[new_start:new_end])


def _changed_characters(old: str, new: str) -> list[Edit]:
    head = common_prefix(old, new)
    tail = common_prefix(old[head:][::-1], new[head:][::-1])
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    if not before or not after or len(before) + len(after) > _FINE_CHARACTERS:
        return [Edit(head, len(old) - tail, after)]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [
        Edit(head + start, head + end, after[new_start:new_end])
        for tag, start, end, new_start, new_end in matcher.get_opcodes()
        if tag != "equal"
    ]


def common_prefix(first: str, second: str) -> int:
    """How many characters two texts begin with alike; by halves, since comparing slices is fast."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def common(first: str, second: str) -> str:
    """What two texts share; the base to assume where none is known, so that a merge deletes nothing."""
    kept, position = [], 0
    for edit in edits(first, second):
        kept.append(first[position : edit.start])
        position = edit.end
    return "".join([*kept, first[position:]])


@dataclass(frozen=True, slots=True)
class _Region:
    """A stretch of the base that one side or both changed."""

    start: int
    end: int
    ours: list[Edit]
    theirs: list[Edit]


def _regions(ours: list[Edit], theirs: list[Edit]) -> list[_Region]:
    tagged = [(e.start, e.end, 0, e) for e in ours] + [(e.start, e.end, 1, e) for e in theirs]
    regions: list[_Region] = []
    for start, end, side, edit in sorted(tagged, key=lambda t: t[:3]):
        last = regions[-1] if regions else None
        if last is not None and (start < last.end or start == last.start):
            mine = [*last.ours, edit] if side == 0 else last.ours
            other = [*last.theirs, edit] if side == 1 else last.theirs
            regions[-1] = _Region(last.start, max(last.end, end), mine, other)
        else:
            regions.append(_Region(start, end, [edit][side:], [edit][: side and 1]))
    return regions


def apply_edits(text: str, changes: list[Edit], start: int, end: int) -> str:
    """``text[start:end]`` after *changes*, which lie within."""
    parts, position = [], start
    for change in changes:
        parts += [text[position : change.start], change.text]
        position = change.end
    return "".join([*parts, text[position:end]])


def merge_text(base: str, ours: str, theirs: str) -> Merged:
    """Both sides' changes; a stretch that both changed differently is kept twice, between marks."""
    parts, position, clashes = [], 0, 0
    for region in _regions(edits(base, ours), edits(base, theirs)):
        parts.append(base[position : region.start])
        mine = apply_edits(base, region.ours, region.start, region.end)
        other = apply_edits(base, region.theirs, region.start, region.end)
        settled = _settled(base[region.start : region.end], mine, other)
        clashes += settled is None
        parts.append(_marked(mine, other) if settled is None else settled)
        position = region.end
    text = "".join([*parts, base[position:]])
    return Merged(text, [f"{clashes} places were changed in the room and on disk"] if clashes else [])


def _settled(base: str, ours: str, theirs: str) -> str | None:
    if theirs in {ours, base}:
        return ours
    if ours == base:
        return theirs
    if base:
        return _with_what_came_before(base, ours, theirs) or _with_what_came_before(base, theirs, ours)
    # Two insertions at one place: both, but not what one side has of the other already.
    return ours if theirs in ours else theirs if ours in theirs else ours + theirs


def _with_what_came_before(base: str, ours: str, theirs: str) -> str | None:
    """What ours made of *base*, behind what theirs put before it; None if that is not all that they did.

    What is put behind it is a change of its own.
    """
    new = theirs.removesuffix(base)
    return None if new == theirs else ours if ours.startswith(new) else new + ours


def _marked(ours: str, theirs: str) -> str:
    return f"\n<<<<<<< in the room\n{ours}\n=======\n{theirs}\n>>>>>>> on disk\n"


def merge_cell(base: Cell, ours: Cell, theirs: Cell) -> list[Cell]:
    """Both sides' changes to one cell; a second cell holds what was changed differently by both."""
    books = ({"nbformat": 4, "nbformat_minor": 5, "cells": [cell]} for cell in (base, ours, theirs))
    return list(_Notebooks(*books).merged().content["cells"])


def merge(base: Content, ours: Content, theirs: Content) -> Merged:
    """Merge contents of any kind; of kinds that we cannot look into, the room's stays."""
    if is_notebook(base) and is_notebook(ours) and is_notebook(theirs):
        return _Notebooks(base, ours, with_cell_ids(theirs, base)).merged()
    if isinstance(base, str) and isinstance(ours, str) and isinstance(theirs, str):
        return merge_text(base, ours, theirs)
    if fingerprint(ours) == fingerprint(base):
        return Merged(theirs)
    return Merged(ours, ["the file was changed on disk and in the room; the room's version stays"])


def shared_base(ours: Content, theirs: Content) -> Content:
    """What to take for the base where none is known: what both have, so that the merge drops nothing."""
    if isinstance(ours, str) and isinstance(theirs, str):
        return common(ours, theirs)
    if not (is_notebook(ours) and is_notebook(theirs)):
        return ours
    others = {cell["id"]: cell for cell in with_cell_ids(theirs, ours)["cells"]}
    cells = [
        {**cell, "source": common(joined(cell["source"]), joined(others[cell["id"]]["source"]))}
        for cell in ours["cells"]
        if cell["id"] in others
    ]
    return {**ours, "cells": cells}


def merge_values(base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Merge key by key; where both changed one, the room's value stays."""
    merged = dict(ours)
    for key in {*base, *theirs}:
        if base.get(key) == theirs.get(key) or ours.get(key) != base.get(key):
            continue
        if key in theirs:
            merged[key] = theirs[key]
        else:
            merged.pop(key, None)
    return merged


class _Notebooks:
    """One merge of three notebooks whose cells all have ids."""

    def __init__(self, base: Notebook, ours: Notebook, theirs: Notebook) -> None:
        self._all = base, ours, theirs
        self._base, self._ours, self._theirs = ({cell["id"]: cell for cell in book["cells"]} for book in self._all)
        self._conflicts: list[str] = []

    def merged(self) -> Merged:
        base, ours, theirs = self._all
        cells = [cell for number in self._order() for cell in self._cell(number)]
        metadata = merge_values(base.get("metadata", {}), ours.get("metadata", {}), theirs.get("metadata", {}))
        rest = merge_values(*({k: b.get(k) for k in ("nbformat", "nbformat_minor")} for b in self._all))
        return Merged({**rest, "metadata": metadata, "cells": cells}, self._conflicts)

    def _order(self) -> list[str]:
        """Ids of all cells that stay: in our order, or in theirs if only they moved cells."""
        common = [n for n in self._base if n in self._ours and n in self._theirs]
        ours_moved = [n for n in self._ours if n in common] != common
        theirs_moved = [n for n in self._theirs if n in common] != common
        first, second = (self._theirs, self._ours) if theirs_moved and not ours_moved else (self._ours, self._theirs)
        order = [n for n in first if self._stays(n)]
        before = None
        for number in second:
            if self._stays(number) and number not in order:
                order.insert(order.index(before) + 1 if before is not None else 0, number)
            before = number if number in order else before
        return order

    def _stays(self, number: str) -> bool:
        """A cell goes only if one side deleted it and the other left it as it was."""
        if (number in self._ours and number in self._theirs) or number not in self._base:
            return True
        left = self._ours.get(number) or self._theirs.get(number)
        return left is not None and joined(left["source"]) != joined(self._base[number]["source"])

    def _cell(self, number: str) -> list[Cell]:
        base, ours, theirs = (side.get(number) for side in (self._base, self._ours, self._theirs))
        if ours is None or theirs is None:
            return [cell for cell in (ours, theirs) if cell is not None]
        base = base or {**ours, "source": common(joined(ours["source"]), joined(theirs["source"])), "metadata": {}}
        sources = (joined(cell["source"]) for cell in (base, ours, theirs))
        source = merge_text(*sources)
        metadata = merge_values(*(_untrusted(cell.get("metadata", {})) for cell in (base, ours, theirs)))
        cell = {**merge_values(base, ours, theirs), "source": source.content, "metadata": metadata, "id": number}
        if not source.conflicts:
            return [cell]
        self._conflicts.append(f"cell {number} was changed in the room and on disk")
        return [{**cell, "source": joined(ours["source"])}, _other_version(theirs)]


def _untrusted(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if key != "trusted"}


def _other_version(cell: Cell) -> Cell:
    metadata = {**_untrusted(cell.get("metadata", {})), _MARK: {"conflict": {"cell": cell["id"], "from": "disk"}}}
    return {**cell, "id": str(uuid4()), "metadata": metadata}
