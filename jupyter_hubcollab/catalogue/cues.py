"""What a question speaks of: the things that go in and come out, and what is to be done with them.

'extract features from pictures' and 'classify pictures' differ in one word; what matters is which thing stands with
which deed. So the cues of a question are its things, its deeds, every pair of them, and their order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise

from .taxonomy import FOLDER

_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MOST_WORDS = 60


@cache
def _meant() -> dict[str, tuple[str, ...]]:
    meant: dict[str, tuple[str, ...]] = {}
    tables = json.loads((FOLDER / "cues.json").read_text(encoding="utf-8"))
    for mark, table in (("", "things"), ("!", "deeds")):
        for name, listed in tables[table].items():
            for word in listed.split():
                meant[word] = (*meant.get(word, ()), mark + name)
    return meant


def cues(text: str) -> list[str]:
    """The cues of *text*, each once."""
    return list(dict.fromkeys(_cues(text)))


def _cues(text: str) -> Iterator[str]:
    spoken = _WORD.findall(text.lower())[:MOST_WORDS]
    ordered: list[str] = []
    for at, word in enumerate(spoken):
        for part in {word, *word.split("-")}:
            for cue in _meant().get(part, ()):
                ordered.append(cue)
                before = spoken[at - 1] if at else ""
                if not cue.startswith("!") and before in ("from", "to", "into", "in", "of", "with", "a", "about"):
                    yield f"{before} {cue}"
    first = list(dict.fromkeys(ordered))
    yield from first
    for one, other in combinations(first, 2):
        yield f"{one} > {other}"
        yield " & ".join(sorted((one, other)))
    for one, other in pairwise(ordered):
        yield f"{one} then {other}"
