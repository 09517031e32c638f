"""A shared document: the Yjs document, its shape as jupyter_ydoc knows it, and edits that leave all else in place.

Lineage. Two Yjs documents with the same text are still two documents: merged, they hold everything twice. So the server
writes one mark into each document that it makes, under a random author number. A client that has ever synced with the
document has an edit of that author in its state vector; one that has a history without it comes from another document.
"""

from __future__ import annotations

import json
import secrets
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

from jupyter_ydoc import YUnicode, ydocs
from pycrdt import Array, Assoc, Awareness, Doc, Map, Text

from .content import Cell, Content, Notebook, has_cell_ids, is_notebook, joined
from .merge import common, edits, merge_text
from .messages import clocks_of_state, deletions

ORIGIN = "jupyter_hubcollab"
_MARKS = "hubcollab"
_LINEAGE = "lineage"


def new_doc() -> Doc[Any]:
    """An empty Yjs document; older ports of Yjs cut author numbers to 32 bits and would then double all text."""
    return Doc(client_id=secrets.randbits(32))


def doc_of(updates: Iterable[bytes]) -> Doc[Any]:
    """A Yjs document from updates."""
    doc = new_doc()
    for update in updates:
        doc.apply_update(update)
    return doc


class Document:
    """A document of one content type (``notebook``, ``file``, or one that another package registered)."""

    def __init__(self, kind: str, doc: Doc[Any] | None = None, *, undo_origin: str | None = f"{ORIGIN} undo") -> None:
        """*undo_origin*: whose edits the server can undo; None: everybody's, so that nothing deleted is freed."""
        self.kind = kind
        self.doc = doc if doc is not None else new_doc()
        self.awareness = Awareness(self.doc)
        self.shared: Any = ydocs.get(kind, ydocs["file"])(self.doc, self.awareness)
        if undo_origin is not None:
            self.shared.undo_manager.include_origin(undo_origin)
        self.on_cells: Callable[[bool], None] = lambda _: None
        """Called within an edit that adds cells, with True if it removes some; a move does both."""
        if hasattr(self.shared, "ycells"):
            self.shared.ycells.observe(lambda event: self.on_cells(any("delete" in part for part in event.delta)))

    @property
    def lineage(self) -> int | None:
        """The author number that marks this document; None if it was never marked."""
        value = self.doc.get(_MARKS, type=Map).get(_LINEAGE)
        return None if value is None else int(value)

    def mark(self) -> None:
        """Make this a document of its own."""
        self.doc.get(_MARKS, type=Map)[_LINEAGE] = self.doc.client_id

    def content(self) -> Content:
        """What the document holds, with cell ids whatever the format's version."""
        if self.has_twins():
            # jupyter_ydoc would make two cells of the two copies, and all text in them double.
            self.part_twins()
        content = self.shared.get()
        if not is_notebook(content) or has_cell_ids(content):
            return content
        return {**content, "cells": [{**cell, "id": self._id(index)} for index, cell in enumerate(content["cells"])]}

    def outline(self) -> Content:
        """The content without outputs and metadata: of a notebook's cells only id, type and text."""
        if not hasattr(self.shared, "ycells"):
            return self.content()
        names = ("id", "cell_type", "source")
        return {"cells": [{name: str(ycell.get(name)) for name in names} for ycell in self.shared.ycells]}

    def has_twins(self) -> bool:
        """Are there two cells with one id? So it comes out when two people move the same cell at once."""
        if not hasattr(self.shared, "ycells"):
            return False
        numbers = [ycell.get("id") for ycell in self.shared.ycells]
        return len(set(numbers)) < len(numbers)

    def part_twins(self, before: Callable[[str, str, str], str | None] = lambda *_: None) -> None:
        """Make one of two cells that are the same but for what people typed since; two others get two ids.

        *before* tells, of a cell's id and the texts of both, from which text they were copied, where that is known.
        """
        ycells: Array[Any] = self.shared.ycells
        seen: dict[str, int] = {}
        with self.doc.transaction(origin=ORIGIN):
            for index in range(len(ycells)):
                number = ycells[index].get("id")
                if number in seen and not _are_copies(ycells[seen[number]], ycells[index]):
                    ycells[index]["id"] = number = str(uuid4())
                seen.setdefault(number, index)
            for index in reversed(range(len(ycells))):
                number = ycells[index].get("id")
                first = seen[number]
                if first != index:
                    text, other = ycells[first]["source"], str(ycells[index]["source"])
                    _unite(text, other, before(number, str(text), other))
                    del ycells[index]

    def cells(self) -> dict[str, Cell]:
        """Cells by what they are in Yjs: a cell that was moved is another one, although it keeps its id."""
        ycells = self.shared.ycells
        return {
            _identity(ycells[index]["source"]): {**self.shared.get_cell(index), "id": self._id(index)}
            for index in range(len(ycells))
        }

    def sources(self) -> dict[str, str]:
        """The texts of cells, by the same keys."""
        return {_identity(ycell["source"]): str(ycell["source"]) for ycell in self.shared.ycells}

    def replace_cell(self, number: str, cells: list[Cell]) -> None:
        """Edit the cell of this id until it is the first of *cells*, and put the others below it."""
        ycells = self.shared.ycells
        index = next(index for index, ycell in enumerate(ycells) if ycell.get("id") == number)
        with self.doc.transaction(origin=ORIGIN):
            _change_cell(ycells[index], cells[0])
            for offset, cell in enumerate(cells[1:], start=1):
                ycells.insert(index + offset, self.shared.create_ycell(cell))

    def replace_outputs(self, cells: set[str], change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> bool:
        """Put what *change* makes of an output of these cells in its place, unless it is None; False if all were."""
        changed = False
        with self.doc.transaction(origin=ORIGIN):
            for ycell in self.shared.ycells:
                youtputs: Any = ycell.get("outputs") if ycell.get("id") in cells else []
                for index in range(len(youtputs)):
                    new = change(youtputs[index].to_py())
                    if new is not None:
                        youtputs[index] = Map(new)
                        changed = True
        return changed

    def fill(self, content: Content) -> None:
        """Put *content* into an empty document."""
        with self.doc.transaction(origin=ORIGIN):
            self.shared.set(content)

    def change_to(self, content: Content) -> None:
        """Edit the document until it holds *content*, touching nothing that is right already."""
        with self.doc.transaction(origin=ORIGIN):
            if is_notebook(content):
                _change_notebook(self.shared, content)
            elif isinstance(content, str) and isinstance(self.shared, YUnicode):
                change_text(self.doc.get("source", type=Text), content)
            else:
                self.shared.set(content)

    def set_saved(self, digest: str | None) -> None:
        """Tell the tabs that the file has everything."""
        with self.doc.transaction(origin=ORIGIN):
            if self.shared.dirty is not False:
                self.shared.dirty = False
            if digest is not None and self.shared.hash != digest:
                self.shared.hash = digest

    def set_path(self, path: str) -> None:
        """Tell the tabs where the file is."""
        if self.shared.path != path:
            self.shared.path = path

    def _id(self, index: int) -> str:
        return str(self.shared.ycells[index].get("id"))


def died_at_once(event: Any) -> bool:
    """Did an edit bring something that was deleted before it came? So it is with text typed into a deleted cell."""
    if event.update.endswith(b"\x00"):
        return False  # it deletes nothing
    before, after = clocks_of_state(event.before_state), clocks_of_state(event.after_state)
    born = {client: (before.get(client, 0), clock) for client, clock in after.items() if clock > before.get(client, 0)}
    return any(
        client in born and start < born[client][1] and start + length > born[client][0]
        for client, start, length in deletions(event.delete_set)
    )


def _identity(text: Text) -> str:
    return json.dumps(text.sticky_index(0, Assoc.BEFORE).to_json())


def place_of(key: str) -> tuple[int, int]:
    """Who made the cell of this key in `Document.cells`, and at which clock, as Yjs counts."""
    made = json.loads(key)["type"]
    return made["client"], made["clock"]


def _are_copies(first: Map[Any], second: Map[Any]) -> bool:
    """Two copies of one cell, perhaps edited since they were made."""
    one, other = str(first["source"]), str(second["source"])
    if first.get("cell_type") != second.get("cell_type"):
        return False
    shared = common(one, other)
    return one == other or 2 * len(shared) >= min(len(one), len(other)) > 0


def _unite(text: Text, other: str, base: str | None) -> None:
    mine = str(text)
    change_text(text, merge_text(common(mine, other) if base is None else base, mine, other).content)


def change_text(text: Text, new: str) -> None:
    """Edit *text* until it is *new*, touching nothing that is right already."""
    old = str(text)
    # pycrdt counts bytes of UTF-8; from the end, so that earlier places stay where they are.
    for edit in reversed(edits(old, new)):
        start = len(old[: edit.start].encode())
        size = len(old[edit.start : edit.end].encode())
        if size:
            del text[start : start + size]
        if edit.text:
            text.insert(start, edit.text)


def _change_notebook(shared: Any, content: Notebook) -> None:
    meta = shared.ydoc.get("meta", type=Map)
    for key in ("nbformat", "nbformat_minor"):
        if key in content and meta.get(key) != content[key]:
            meta[key] = content[key]
    if isinstance(meta.get("metadata"), Map):
        _change_map(meta["metadata"], content.get("metadata", {}))
    else:
        meta["metadata"] = Map(content.get("metadata", {}))
    wanted = {cell["id"]: cell for cell in content["cells"]}
    _keep_cells(shared.ycells, list(wanted))
    here = {ycell["id"]: ycell for ycell in shared.ycells}
    for index, (number, cell) in enumerate(wanted.items()):
        if number in here:
            _change_cell(here[number], cell)
        else:
            shared.ycells.insert(index, shared.create_ycell(cell))


def _keep_cells(ycells: Array[Any], wanted: list[str]) -> None:
    """Delete cells that are not wanted, are there twice, or stand in another order.

    The longest run that is in order stays: to move a cell in Yjs is to delete and write it anew.
    """
    place = {number: index for index, number in enumerate(wanted)}
    numbers = [ycell.get("id") for ycell in ycells]
    stays = _longest_rise([place.get(number, -1) for number in numbers])
    for index in reversed(range(len(numbers))):
        if index not in stays:
            del ycells[index]


def _longest_rise(places: list[int]) -> set[int]:
    """Indices of the longest strictly rising subsequence of *places*, negative ones left out."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for index, place in enumerate(places):
        if place < 0:
            continue
        slot = bisect_left(tails, place)
        before[index] = ends[slot - 1] if slot else None
        tails[slot : slot + 1] = [place]
        ends[slot : slot + 1] = [index]
    rise: set[int] = set()
    step = ends[-1] if ends else None
    while step is not None:
        rise.add(step)
        step = before[step]
    return rise


def _change_cell(ycell: Map[Any], cell: Cell) -> None:
    change_text(ycell["source"], joined(cell["source"]))
    _change_map(ycell["metadata"], {**_trust_of(ycell), **cell.get("metadata", {})})
    now = ycell.to_py() or {}
    if "outputs" in now and now["outputs"] != cell.get("outputs", []):
        ycell["outputs"].clear()
        ycell["outputs"].extend([_youtput(output) for output in cell.get("outputs", [])])
    for key in ("cell_type", "execution_count", "attachments"):
        if key in cell and now.get(key) != cell[key]:
            ycell[key] = cell[key]


def _trust_of(ycell: Map[Any]) -> dict[str, Any]:
    trusted = ycell["metadata"].get("trusted")
    return {} if trusted is None else {"trusted": trusted}


def _youtput(output: dict[str, Any]) -> Map[Any]:
    if output.get("output_type") != "stream":
        return Map(output)
    return Map({**output, "text": Text(joined(output.get("text", "")))})


def _change_map(ymap: Map[Any], wanted: dict[str, Any]) -> None:
    now = ymap.to_py() or {}
    for key in now.keys() - wanted.keys():
        del ymap[key]
    for key, value in wanted.items():
        if key not in now or now[key] != value:
            ymap[key] = value
