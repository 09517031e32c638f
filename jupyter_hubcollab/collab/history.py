"""What happened in a room: steps with names and times, and a copy that can be taken back step by step."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pycrdt import merge_updates

from .authorship import writers
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

    @property
    def authors(self) -> list[str]:
        """All who wrote in it; several if they wrote at the same time long ago."""
        return self.author.split("\n")


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


_SPANS_S = (0.0, 60.0, 3600.0, 86_400.0, 30 * 86_400.0)
"""For how long people who write at the same time are put into one step, until the log is small enough."""
_SMALL_BYTES = 32 << 10


def compact(log: UpdateLog, room: str, kind: str = "unicode", *, older_than: float = math.inf) -> int:
    """Store each step of *room* as one update; gives how many updates that saved.

    What is kept exactly: the text at every named point and at every save that still matters, and who wrote what. What
    may be lost are moments between. People who write at the same time without a pause have steps of their own as long
    as that needs no more than twice the document; else they share steps of a minute, an hour, a day.
    """
    updates = [update for update in log.updates(room) if update.at < older_than]
    if len(updates) < 2:
        return 0
    who = writers(kind, updates, log.wrote(room))
    points = {save.seq for save in log.saves(room)} | {point.seq for point in log.points(room)}
    most = max(2 * len(who.document.doc.get_update()), _SMALL_BYTES)
    for span_s in _SPANS_S:
        groups = _together(updates, points, span_s)
        contents = _contents(groups)
        if sum(map(len, contents)) <= most:
            break
    if len(groups) < len(updates):
        log.note_wrote(room, updates[-1].seq, who.packed())
    for group, content in zip(groups, contents, strict=True):
        if len(group) > 1:
            last = group[-1]
            new = Update(last.seq, last.at, _names(group), content)
            log.replace(room, [update.seq for update in group], new)
    return len(updates) - len(groups)


def _together(updates: list[Update], points: set[int], span_s: float) -> list[list[Update]]:
    """Steps, put together to such of at most *span_s*; none goes on after one of the *points*."""
    groups: list[list[Update]] = []
    for group in _groups(updates, points):
        last = groups[-1] if groups else None
        if last is not None and last[-1].seq not in points and group[-1].at - last[0].at < span_s:
            last.extend(group)
        else:
            groups.append(group)
    return groups


def _contents(groups: list[list[Update]]) -> list[bytes]:
    """What each group adds to a document; typed characters become words: a merge of updates would keep each apart."""
    doc, contents = new_doc(), []
    for group in groups:
        before = doc.get_state()
        for update in group:
            doc.apply_update(update.content)
        contents.append(doc.get_update(before) if len(group) > 1 else group[0].content)
    return contents


def _names(group: list[Update]) -> str:
    return "\n".join(dict.fromkeys(name for update in group for name in update.author.split("\n")))
