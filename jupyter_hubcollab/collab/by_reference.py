"""Large outputs by reference: documents have stand-ins, files have everything, and here one becomes the other.

Nothing is lost on the way: an output is in the store, on the disk, before its stand-in is in a document; and before a
file is written all of it is taken together again.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Unavailable
from .content import Content, fingerprint, plain
from .files import File, Files, Kind
from .large_outputs import Output, complete, is_large, shorten, stands_for, take_out
from .output_store import NAME, OutputStore

if TYPE_CHECKING:
    from .document import Document
    from .updates import UpdateLog

_log = logging.getLogger(__name__)

_COLLECT_EVERY_S = 600.0


class LargeOutputs:
    """The large outputs of one server's notebooks."""

    def __init__(self, folder: Path, most: int, now: Callable[[], float]) -> None:
        """*most*: characters that an output may have in a document; 0: any number."""
        self._store, self.most, self._now = OutputStore(folder / NAME, now), most, now
        self._collected = 0.0

    def fingerprint(self, content: Content) -> str:
        """Equal for contents that are the same to a person, whether outputs stand in them or what stands for these."""
        return fingerprint(self.short(content))

    def short(self, content: Content) -> Content:
        """*content* as it is in a document; for comparing only: nothing is kept."""
        return shorten(content, self.most).content

    async def shortened(self, content: Content) -> Content:
        """*content* as it is in a document, with its large outputs in the store."""
        short = await asyncio.to_thread(shorten, content, self.most)
        return short.content if await self._kept(short.taken) else content

    def may_be_large(self, content: dict[str, Any]) -> bool:
        """Is a figure of a kernel's message worth a closer look?"""
        return bool(self.most) and "data" in content and is_large({"output_type": "display_data", **content}, self.most)

    async def message(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """The *content* of a kernel's message about a figure, by reference if it is large."""
        plain_kind = "display_data" if kind == "update_display_data" else kind
        told = {key: value for key, value in content.items() if key != "transient"}
        taken = await asyncio.to_thread(take_out, {"output_type": plain_kind, **told}, self.most)
        if taken is None or not await self._kept({taken.sha256: taken.content}):
            return content
        short = {key: value for key, value in taken.stand_in.items() if key != "output_type"}
        return {**short, "transient": content["transient"]} if "transient" in content else short

    async def put_apart(self, document: Document, content: Content) -> bool:
        """Replace large outputs that a browser or a program wrote into *document*, which holds *content*.

        Cells that run are left alone: somebody writes there. False if there was nothing to do.
        """
        if not self.most or not hasattr(document.shared, "ycells"):
            return False
        running = {ycell.get("id") for ycell in document.shared.ycells if ycell.get("execution_state") == "running"}
        short = await asyncio.to_thread(shorten, content, self.most)
        cells = {cell: numbers for cell, numbers in short.cells.items() if cell not in running}
        wanted = {number for numbers in cells.values() for number in numbers}
        if not wanted or not await self._kept({number: short.taken[number] for number in wanted}):
            return False
        return document.replace_outputs(set(cells), lambda output: _stand_in(output, self.most, wanted))

    async def complete(self, content: Content) -> tuple[Content, bool]:
        """*content* as it is in a file; and is all of it here?

        Raises:
            Unavailable: the store cannot be read now.
        """
        wanted = list(_stand_ins(content))
        if not wanted:
            return content, True
        try:
            found = await asyncio.to_thread(self._store.several, wanted)
        except sqlite3.Error as error:
            raise Unavailable(f"large outputs cannot be read now ({error}); your edits are kept in the log") from error
        whole = await asyncio.to_thread(complete, content, found.get)
        return whole, len(found) == len(set(wanted))

    def complete_now(self, content: Content) -> Content:
        """The same in a thread of one's own; what is not here stays as it is."""
        wanted = list(_stand_ins(content))
        return complete(content, self._store.several(wanted).get) if wanted else content

    def one(self, sha256: str) -> bytes | None:
        """The JSON of an output; None if it is not here."""
        return self._store.get(sha256)

    def size(self) -> tuple[int, int]:
        """How many outputs are kept, and their bytes."""
        return self._store.size()

    def collect(self, log: UpdateLog) -> int:
        """Forget outputs that no document, named point or edit in the log names; now and then, in a thread."""
        if self._now() - self._collected < _COLLECT_EVERY_S:
            return 0
        self._collected = self._now()
        return self._store.collect(log.contents)

    async def _kept(self, contents: dict[str, bytes]) -> bool:
        """Put outputs into the store; where that fails they stay where they are."""
        try:
            await asyncio.to_thread(self._store.put, contents)
        except sqlite3.Error as error:
            _log.error("large outputs cannot be kept apart (%s); they stay in the document", error)
            return False
        return True


class ShortFiles:
    """Files as documents know them: large outputs are taken out when they are read, and put back before writing."""

    def __init__(self, inner: Files, outputs: LargeOutputs) -> None:
        self._inner, self._outputs = inner, outputs
        self.id_of, self.path_of = inner.id_of, inner.path_of
        self.version, self.keep_copy = inner.version, inner.keep_copy
        self.claim, self.release = inner.claim, inner.release

    async def read(self, path: str, kind: Kind) -> File:
        """Read a file."""
        file = await self._inner.read(path, kind)
        return replace(file, content=await self._outputs.shortened(file.content))

    async def write(self, path: str, kind: Kind, content: Content, *, expected: str | None) -> File:
        """Write a file."""
        whole, is_whole = await self._outputs.complete(content)
        if not is_whole and expected is not None:
            # The store was lost: what it had of this notebook is in the file that we are about to replace.
            await self.read(path, kind)
            whole, is_whole = await self._outputs.complete(content)
        if not is_whole:
            _log.warning("%s: some large outputs are not on this server; the file names them", path)
        file = await self._inner.write(path, kind, whole, expected=expected)
        if file.content is whole and whole is content:
            return replace(file, content=self._outputs.short(content))
        written = await asyncio.to_thread(self._outputs.short, file.content)
        if written != await asyncio.to_thread(self._outputs.short, content):
            written = await self._outputs.shortened(file.content)
        return replace(file, content=written)


def save_whole(contents: Any, outputs: LargeOutputs) -> None:
    """Let *contents* write notebooks whole, too, that come with stand-ins from elsewhere, as by *Save as*."""

    def make_whole(model: dict[str, Any], **_: Any) -> None:
        model["content"] = outputs.complete_now(model.get("content"))

    if hasattr(contents, "register_pre_save_hook"):
        contents.register_pre_save_hook(make_whole)


def _stand_in(output: Output, most: int, wanted: set[str]) -> Output | None:
    # Yjs has only floating numbers; `Document.content` made them whole.
    taken = take_out(plain(output), most)
    return taken.stand_in if taken is not None and taken.sha256 in wanted else None


def _stand_ins(content: Content) -> Iterator[str]:
    cells: list[dict[str, Any]] = content.get("cells", []) if isinstance(content, dict) else []
    for cell in cells:
        for output in cell.get("outputs", []):
            number = stands_for(output)
            if number is not None:
                yield number
