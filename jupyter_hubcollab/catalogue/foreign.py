"""Questions in other languages: what they want and what they limit, put into English; the rest stays as it is.

The embedding model and the readers of conditions know English. ``vocabulary/foreign.json`` has the words by which
Arabic, Chinese, Dutch, French, German, Hindi, Italian, Japanese, Korean, Portuguese, Russian and Spanish name tasks,
languages and limits.
"""

from __future__ import annotations

import json
import re
from functools import cache

from .taxonomy import FOLDER

_UNSPACED = re.compile(r"[\u0900-\u097f\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts in which a word ends where no space is, or where Python sees no end of a word."""


def in_english(text: str) -> str:
    """*text*, in lower case, with the words that are known put into English."""
    found = text
    for pattern, english, _ in _known():
        found = pattern.sub(f" {english} ", found)
    return text if found == text else " ".join(found.split())


def needs(text: str) -> str:
    """The words of *text*, in lower case, that name a need: cards in that language have them as they are."""
    found = (match[0] for pattern, _, group in _known() if group == "needs" for match in pattern.finditer(text))
    return " ".join(found)


@cache
def _known() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    groups = json.loads((FOLDER / "foreign.json").read_text(encoding="utf-8"))
    return tuple(
        (re.compile(_whole(pattern, "(?<=\\d) ?" if group == "after_a_number" else r"(?<!\w)")), english, group)
        for group, words in groups.items()
        for english, pattern in words.items()
    )


def _whole(pattern: str, before: str) -> str:
    """*pattern* at whole words; signs of scripts without spaces stand anywhere."""
    spaced: list[str] = []
    unspaced: list[str] = []
    for word in _alternatives(pattern):
        (unspaced if _UNSPACED.search(word) else spaced).append(word)
    either = [rf"{before}(?:{'|'.join(spaced)})(?!\w)"] if spaced else []
    return "|".join([*either, *([f"(?:{'|'.join(unspaced)})"] if unspaced else [])])


def _alternatives(pattern: str) -> list[str]:
    """What stands between the bars that are in no brackets."""
    found, depth = [""], 0
    for sign in pattern:
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return found
