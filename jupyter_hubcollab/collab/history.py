"""What happened in a room: steps with names and times, and a copy that can be taken back step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pycrdt import merge_updates

from .document import Document, new_doc
from .updates import Update, UpdateLog

_PAUSE_S = 5.0


@dataclass(frozen=True, slots=True)
class Step:
    """What one person wrote without a longer pause."""

    author: str
    began_at: float
    ended_at: float
    seq: int
    """Number of the last update in it."""
    count: int
    content: bytes


def steps(updates: Iterable[Update]) -> list[Step]:
    """Updates put together to steps."""
    return [_step(group) for group in _groups(updates, set())]


def _groups(updates: Iterable[Update], points: set[int]) -> list[list[Update]]:
    """Updates of one person without a longer pause; none goes on after one of the *points*."""
    groups: list[list[Update]] = []
    for update in updates:
        last = groups[-1][-1] if groups else None
        goes_on = last is not None and last.author == update.author and update.at - last.at < _PAUSE_S
        if goes_on and last is not None and last.seq not in points:
            groups[-1].append(update)
        else:
            groups.append([update])
    return groups


def _step(group: list[Update]) -> Step:
    contents = [update.content for update in group]
    content = merge_updates(*contents) if len(contents) > 1 else contents[0]
    return Step(group[0].author, group[0].at, group[-1].at, group[-1].seq, len(group), content)


class Timeline:
    """A copy of a document on which steps are undone and redone; the front end shows it while its slider moves."""

    def __init__(self, kind: str, history: Iterable[Step]) -> None:
        self.document = Document(kind, new_doc(), undo_origin=None)
        self._undo = self.document.shared.undo_manager
        self.times = [step.began_at for step in history if self._shows(step)]

    def _shows(self, step: Step) -> bool:
        """Apply a step; does it change what one sees?"""
        before = len(self._undo.undo_stack)
        self.document.doc.apply_update(step.content)
        return len(self._undo.undo_stack) > before

    def undo(self, count: int) -> bool:
        """Take steps back, but not the first, which made the document; False if there was none."""
        return self._repeat(count, lambda: len(self._undo.undo_stack) > 1 and self._undo.undo())

    def redo(self, count: int) -> bool:
        """Put steps back; False if there was none."""
        return self._repeat(count, lambda: self._undo.can_redo() and self._undo.redo())

    def _repeat(self, count: int, act: Callable[[], bool]) -> bool:
        done = 0
        while done < count and act():
            done += 1
        return done > 0


def compact(log: UpdateLog, room: str) -> int:
    """Store each step of *room* as one update; gives how many updates that saved.

    Nothing is lost but the moments within a step: who wrote what, and what the file held at each save that still
    matters, can be had as before.
    """
    points = {save.seq for save in log.saves(room)}
    doc, saved = new_doc(), 0
    for group in _groups(log.updates(room), points):
        before = doc.get_state()
        for update in group:
            doc.apply_update(update.content)
        if len(group) > 1:
            # Typed characters become words: a merge of updates would keep each apart.
            last = group[-1]
            together = Update(last.seq, last.at, last.author, doc.get_update(before))
            log.replace(room, [update.seq for update in group], together)
            saved += len(group) - 1
    return saved
