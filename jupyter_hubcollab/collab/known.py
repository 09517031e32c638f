"""What somebody knew who moved a cell: which texts it may have had in their tab before they touched it.

A tab has all its own edits, and of the others' as many as had arrived, in the order in which they were told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pycrdt import Doc

from .document import Document, doc_of
from .merge import common_prefix
from .messages import clocks_of_state
from .updates import Update


def first_since(updates: list[Update], moment: float) -> int:
    """The index of the first update after *moment*."""
    return next((index for index, update in enumerate(updates) if update.at > moment), len(updates))


def first_unknown(updates: list[Update], known: bytes) -> int:
    """The index of the first update that is not in a document of this state vector."""
    clocks, doc = clocks_of_state(known), doc_of([])
    for index, update in enumerate(updates):
        doc.apply_update(update.content)
        if any(clock > clocks.get(author, 0) for author, clock in clocks_of_state(doc.get_state()).items()):
            return index
    return len(updates)


def texts_known(kind: str, certain: list[Update], since: list[Update], last: Update) -> dict[str, list[str]]:
    """The texts of each cell for whoever made *last*, from the least to the most that they may have known.

    They had *certain*; *since* came then.
    """
    contents = [update.content for update in certain]
    doc = doc_of(contents)
    *authors, mine = [_authors(doc, update) for update in (*since, last)]
    own: list[bytes] = []
    others: list[bytes] = []
    for update, ids in zip(since, authors, strict=True):
        is_own = bool(ids & mine) if ids else update.author == last.author
        (own if is_own else others).append(update.content)
    document = Document(kind, doc_of([*contents, *own]))
    texts = {key: [text] for key, text in document.sources().items()}
    for content in others:
        document.doc.apply_update(content)
        for key, text in document.sources().items():
            if text not in texts.setdefault(key, [])[-1:]:
                texts[key].append(text)
    return texts


def _authors(doc: Doc[Any], update: Update) -> set[int]:
    """Apply *update*; the Yjs clients that wrote something in it, none if it only deletes."""
    before = clocks_of_state(doc.get_state())
    doc.apply_update(update.content)
    after = clocks_of_state(doc.get_state())
    return {author for author, clock in after.items() if clock > before.get(author, 0)}


def nearest(texts: Iterable[str], to: str) -> str:
    """The text that somebody had before they wrote *to*: one to which they only added, or that differs least."""

    def difference(text: str) -> tuple[bool, int]:
        head = common_prefix(text, to)
        tail = common_prefix(text[head:][::-1], to[head:][::-1])
        return not _is_within(text, to), len(text) + len(to) - 2 * (head + tail)

    return min(texts, key=difference)


def _is_within(text: str, longer: str) -> bool:
    """Are all characters of *text* in *longer*, in their order?"""
    rest = iter(longer)
    return all(character in rest for character in text)
