"""Who wrote which characters of which cell, read from the log."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pycrdt import Doc, Text

from .document import Document, doc_of
from .merge import common_prefix
from .updates import Update

WHOLE = ""
"""The one text of a document that is no notebook."""
_ONE_MOMENT_S = 60.0


@dataclass(slots=True)
class Run:
    """Characters that one person wrote, one after the other."""

    author: str
    at: float
    length: int


class Writers:
    """Follows a document through its edits; who wrote each of its texts, by cell id."""

    def __init__(self, kind: str, doc: Doc[Any] | None = None, runs: dict[str, list[Run]] | None = None) -> None:
        """*runs*: what is known of *doc* already."""
        self.document = Document(kind, doc)
        self.runs = runs if runs is not None else {}
        self._texts = self.texts() if doc is not None else {}
        self._changed: set[int] = set()
        self._all_changed = False
        shared = self.document.shared
        if hasattr(shared, "ycells"):
            shared.ycells.observe_deep(self._note)
        else:
            self._all_changed = True

    def play(self, update: Update) -> None:
        """Go on by one edit."""
        self.document.doc.apply_update(update.content)
        texts = self.texts() if self._all_changed else dict(map(self._text, self._changed))
        for number, text in texts.items():
            self._attribute(number, text, update)
        self._changed.clear()
        self._all_changed = not hasattr(self.document.shared, "ycells")

    def _note(self, events: Iterable[Any]) -> None:
        for event in events:
            if not event.path:
                self._all_changed = True
            elif "source" in event.path[1:]:
                self._changed.add(event.path[0])

    def _text(self, index: int) -> tuple[str, str]:
        ycell = self.document.shared.ycells[index]
        return str(ycell.get("id")), str(ycell["source"])

    def texts(self) -> dict[str, str]:
        """The texts that the document has now, by cell id."""
        if hasattr(self.document.shared, "ycells"):
            return dict(map(self._text, range(len(self.document.shared.ycells))))
        return {WHOLE: str(self.document.doc.get("source", type=Text))}

    def _attribute(self, number: str, text: str, update: Update) -> None:
        old = self._texts.get(number, "")
        if text == old:
            return
        start = common_prefix(old, text)
        tail = common_prefix(old[start:][::-1], text[start:][::-1])
        runs = self.runs.get(number, [])
        head, rest = _cut(runs, start)
        _, rest = _cut(rest, len(old) - start - tail)
        written = Run(update.author, update.at, len(text) - start - tail)
        self.runs[number] = _joined([*head, *([written] if written.length else []), *rest])
        self._texts[number] = text

    def packed(self) -> str:
        """What is known, as text for the log."""
        here = self.texts()
        return json.dumps({number: [[r.author, r.at, r.length] for r in self.runs.get(number, [])] for number in here})


def writers(kind: str, updates: list[Update], known: tuple[int, str] | None) -> Writers:
    """Who wrote what *updates* made; *known*: up to which number that is known already, and what."""
    seq, packed = known if known is not None else (0, "{}")
    before = [update.content for update in updates if update.seq <= seq]
    runs = {number: [Run(*run) for run in found] for number, found in json.loads(packed).items()}
    who = Writers(kind, doc_of(before), runs) if before else Writers(kind)
    for update in updates:
        if update.seq > seq:
            who.play(update)
    return who


def _cut(runs: list[Run], at: int) -> tuple[list[Run], list[Run]]:
    """The first *at* characters, and the others."""
    head: list[Run] = []
    for index, run in enumerate(runs):
        if at < run.length:
            first = [Run(run.author, run.at, at)] if at else []
            return [*head, *first], [Run(run.author, run.at, run.length - at), *runs[index + 1 :]]
        head.append(run)
        at -= run.length
    return head, []


def _joined(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last is not None and last.author == run.author and abs(last.at - run.at) < _ONE_MOMENT_S:
            joined[-1] = Run(last.author, max(last.at, run.at), last.length + run.length)
        else:
            joined.append(run)
    return joined
