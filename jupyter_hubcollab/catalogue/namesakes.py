"""Repos that are called just as the question says: who types a name wants that one."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

from .documents import Document, key_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..names import RepoKind
    from .index import Index

    Slots = NDArray[np.int64]
    Bools = NDArray[np.bool_]

LONGEST_NAME = 200
MOST_LOOKED_AT = 40
"""Names that have all words of the question, the shortest first."""
_BETWEEN = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+")
SHORTEST_MISSPELT = 8
"""Letters from which on a name may be written with a slip of the finger."""
ALIKE = 0.88
"""Share of the letters that must stand there all the same."""


def namesakes(index: Index, text: str, words: tuple[str, ...], *, among: Bools, kind: RepoKind = "model") -> Slots:
    """The slots of those *among* all whose id or name is *text*, however its words are joined."""
    called = _joined(text)
    if not called or len(text) > LONGEST_NAME:
        return np.zeros(0, np.int64)
    possible = [*_by_id(index, text, kind, among), *_by_words(index, words, among)]
    found = index.store.documents(list(dict.fromkeys(possible)))
    return np.array([slot for slot, document in found.items() if called in _names(document)], np.int64)


def nearly_namesakes(index: Index, text: str, words: tuple[str, ...], *, among: Bools) -> Slots:
    """The slots of those *among* all whose name is *text* with slips of the finger."""
    called = _joined(text)
    if not SHORTEST_MISSPELT <= len(called) <= LONGEST_NAME:
        return np.zeros(0, np.int64)
    found = index.store.documents(_by_words(index, words, among))
    nearly = [slot for slot, document in found.items() if _is_nearly(called, _joined(document.name))]
    return np.array(nearly, np.int64)


def _by_id(index: Index, text: str, kind: RepoKind, among: Bools) -> list[int]:
    if " " in text.strip():
        return []
    keys = [key_of(source, kind, text.strip()) for source in sorted(index.columns.values("source"))]
    slots = [slot for key in keys if (slot := index.store.slot(key)) is not None]
    return [slot for slot in slots if slot < len(among) and among[slot]]


def _by_words(index: Index, words: tuple[str, ...], among: Bools) -> list[int]:
    telling = index.telling(words)
    if not telling:
        return []
    having = among
    for word, _ in telling:
        having = having & index.columns.having("word", word)
    slots = np.flatnonzero(having)
    lengths = index.columns.numbers["name_length"][slots]
    shortest: list[int] = slots[np.argsort(lengths, kind="stable")[:MOST_LOOKED_AT]].tolist()
    return shortest


def _is_nearly(called: str, name: str) -> bool:
    """Whether *called* is *name* with slips of the finger; another number is another model."""
    if _NUMBER.findall(called) != _NUMBER.findall(name):
        return False
    return SequenceMatcher(None, called, name, autojunk=False).ratio() >= ALIKE


def _names(document: Document) -> set[str]:
    return {_joined(document.name), _joined(document.id)}


def _joined(text: str) -> str:
    return _BETWEEN.sub("", text.casefold())
