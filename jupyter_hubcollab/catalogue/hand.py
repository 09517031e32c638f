"""A card's text, or the cells of a notebook, as a document to find others like it; the task guessed from the data.

The guess reads code and never runs it: which loader stands there, how the columns are called, what is measured.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from .documents import Document, clean, slug
from .ours import facts_of_front
from .taxonomy import FOLDER, canonical

LONGEST = 200_000
"""Characters of a notebook that are looked at."""
_IMPORT = re.compile(r"^\s*(?:from|import)\s+([A-Za-z_]\w*)", re.MULTILINE)
_COMMENT = re.compile(r"#\s*(.{3,200})$", re.MULTILINE)
_QUOTED = re.compile(r"\"([^\"\n]{3,200})\"|'([^'\n]{3,200})'")
_DATASET = re.compile(r"load_dataset\(\s*[\"']([\w./-]{1,100})[\"']|load_([a-z_]{3,40})\(|fetch_([a-z_]{3,40})\(")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{3,40}")
MOST_WORDS = 60


@cache
def _tables() -> Mapping[str, Any]:
    tables: Mapping[str, Any] = json.loads((FOLDER / "hand.json").read_text(encoding="utf-8"))
    return tables


def guessed_task(code: str) -> str | None:
    """The task for which somebody who wrote *code* has data in hand; None where nothing tells."""
    text = code[:LONGEST].lower()
    scores: dict[str, float] = {}
    for task, clues in _tables()["clues"].items():
        for pattern, weight in clues.items():
            if re.search(pattern, text):
                scores[task] = scores.get(task, 0.0) + weight
    best = max(scores, key=lambda task: scores[task], default=None)
    return best if best is not None and scores[best] >= 1 else None


def of_code(code: str) -> Document:
    """What the cells of a notebook tell of the model that would fit."""
    text = code[:LONGEST]
    libraries = [_tables()["libraries"].get(name) for name in _IMPORT.findall(text)]
    said = [*_COMMENT.findall(text), *("".join(each) for each in _QUOTED.findall(text))]
    named = list(dict.fromkeys(name.replace("_", " ") for name in _NAME.findall(text)))
    datasets = [next(filter(None, each)) for each in _DATASET.findall(text)]
    told = clean(". ".join(said), 600) or clean(" ".join(named[:MOST_WORDS]), 600)
    return Document(
        id="",
        source="",
        name="",
        summary=told,
        task=guessed_task(text),
        library=next(filter(None, reversed(libraries)), None),
        datasets=tuple(clean(name, 100).replace("_", " ") for name in dict.fromkeys(datasets))[:3],
    )


def of_card(text: str) -> Document:
    """What a card tells, which need not be of any repo."""
    from ..models import cards

    card = cards.shown(text[:LONGEST])
    facts = facts_of_front("model", card.metadata)
    facts["library"] = slug(card.metadata.get("library_name"))
    facts["task"] = canonical(facts["task"])
    about = clean(cards.summary(card.markdown), 1000) or clean(card.markdown, 600)
    return Document(id="", source="", name="", summary=about, **facts)
