"""What another program may have read before it wrote a file: any of the last saves, not only the newest.

A formatter, or a notebook that is executed in place, reads the file, works for a while and writes; meanwhile people
type and the room saves. Beside the newest save such a file takes back what they typed. Beside the save from which it
was made it changes what the program changed, and no more.
"""

from __future__ import annotations

import json
import zlib
from collections import deque
from collections.abc import Iterator, Sequence

from .by_reference import LargeOutputs
from .content import Content, fingerprint, is_notebook, joined, with_ids_of
from .document import Document, doc_of
from .merge import edits
from .updates import Save, UpdateLog

MOST = 64
"""So many saves are looked at: two minutes of typing without a pause, hours of an ordinary day."""


class Bases:
    """The last saves of the room called *room*, whose documents are of *kind*."""

    def __init__(self, room: str, kind: str, log: UpdateLog, outputs: LargeOutputs) -> None:
        self._room, self._kind, self._log, self._outputs = room, kind, log, outputs
        self._saves: deque[Save] = deque([Save(0, "")], maxlen=MOST)

    @property
    def newest(self) -> Save:
        """What the file held when the room last knew it."""
        return self._saves[-1]

    def note(self, save: Save) -> None:
        """The file is now as *save* says."""
        self._saves.append(save)

    def begin(self, save: Save) -> None:
        """The file is as *save* says, and what it was before does not count any more."""
        self._saves.clear()
        self._saves.append(save)

    def content(self) -> Content | None:
        """What the newest save held; None if that is not known. Runs in a thread."""
        return self._held(self.newest)

    def best(self, theirs: Content) -> Content | None:
        """What *theirs* was made from: the newest save, or an older one of which it changes less.

        A file that is just as it was at an older save was put back on purpose. Runs in a thread.
        """
        newest, older = self.content(), list(self._saves)[:-1]
        if newest is None or not older or fingerprint(theirs) in {save.fingerprint for save in older}:
            return newest
        best, least = self.newest, _changed(newest, theirs)
        # Of two that are as near, the later one.
        for save, outline in reversed(list(self._outlines(older))):
            changed = _changed(outline, theirs)
            if changed < least:
                best, least = save, changed
        return newest if best is self.newest else self._held(best)

    def _held(self, save: Save) -> Content | None:
        """What the file held at *save*; None if that is not known."""
        if save.content is not None:
            return self._unpacked(save.content)
        updates = self._log.updates(self._room, until=save.seq) if save.fingerprint else []
        if not updates:
            return None
        document = Document(self._kind, doc_of(update.content for update in updates))
        return self._outputs.short(document.content())

    def _outlines(self, saves: Sequence[Save]) -> Iterator[tuple[Save, Content]]:
        """What people had written at each of *saves*, the oldest first, but for those that the log keeps no more."""
        document, left = Document(self._kind), deque(saves)
        seq = 0
        for update in self._log.updates(self._room):
            while left and left[0].seq < update.seq:
                save = left.popleft()
                if save.content is not None:
                    yield save, self._unpacked(save.content)
                elif seq == save.seq and not document.has_twins():
                    yield save, document.outline()
            if not left:
                return
            document.doc.apply_update(update.content)
            seq = update.seq

    def _unpacked(self, content: bytes) -> Content:
        return self._outputs.short(json.loads(zlib.decompress(content)))


def _changed(base: Content, theirs: Content) -> int:
    """How many characters somebody changed who made *theirs* of *base*; outputs do not count."""
    before, after = _texts(base), _texts(with_ids_of(theirs, base))
    alone = sum(1 + len((before | after)[name]) for name in before.keys() ^ after.keys())
    both = [name for name in before if name in after]
    moved = both != [name for name in after if name in before]
    return moved + alone + sum(_spent(before[name], after[name]) for name in both)


def _texts(content: Content) -> dict[str, str]:
    """The texts that people write, by name of cell; one without a name where there are no cells."""
    if is_notebook(content):
        return {cell["id"]: joined(cell["source"]) for cell in content["cells"]}
    return {"": content if isinstance(content, str) else ""}


def _spent(before: str, after: str) -> int:
    return sum(edit.end - edit.start + len(edit.text) for edit in edits(before, after))
