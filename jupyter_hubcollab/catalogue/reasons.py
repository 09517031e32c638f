"""Why a model is among the hits, in words that people read."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .. import wire
from ..access import Actor
from .conditions import shown_count
from .documents import HUB, Document
from .filters import MET, UNKNOWN
from .folding import Folded
from .taxonomy import title_of
from .text import STOP, words

if TYPE_CHECKING:
    from .answer import Ranked
    from .index import Index

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_MARKUP = re.compile(r"```.*?(?:```|$)|(?:^|(?<=\s))#{1,6}(?=\s)|[*_`]{2,3}")
_SPACES = re.compile(r"\s+")
_NAME_WORD = re.compile(r"[^\W_]+")
MOST_WORDS, MOST_TOLD, SHORTEST = 12, 3, 4
"""Words that are looked at and told when no repo has them, and the letters that they have at least."""
LONGEST = 30
"""Letters of a word that are told."""
NEAR = 0.2
"""Cosine from which on a hit without a common word is said to be close in meaning."""
USUAL = 0.35
"""Renown from which on it is told."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for an unknown date."""


def hit(found: Folded, ranked: Ranked, telling: list[str], actor: Actor) -> wire.Hit:
    """*found* as a hit."""
    document = found.document
    return wire.Hit(
        model=shown(document, actor),
        score=round(ranked.score_of(found.slot), 4),
        why=[*_reasons(found.slot, document, ranked, telling), *_copies(found.copies)],
        kind=document.kind,
        source=document.source,
        url=document.url,
    )


def _copies(copies: tuple[Document, ...]) -> list[str]:
    if not copies:
        return []
    more = f" and {len(copies) - 2} more" if len(copies) > 2 else ""
    return [f"also as {', '.join(copy.id for copy in copies[:2])}{more}"]


def shown(document: Document, actor: Actor) -> wire.ModelSummary:
    """*document* as lists show a model."""
    return wire.ModelSummary(
        id=document.id,
        namespace=document.namespace,
        name=document.name,
        summary=document.summary,
        visibility="private" if document.private else "public",
        mine=document.source == HUB and document.owner == actor.name,
        owner=document.owner or document.namespace,
        task=document.task,
        library=document.library,
        license=document.license,
        tags=list(document.tags),
        size_bytes=document.size_bytes or 0,
        parameters=document.parameters,
        downloads=document.downloads,
        latest=document.latest,
        metrics=[_metric(*metric) for metric in document.metrics],
        deprecated=None,
        updated_at=document.updated or LONG_AGO,
    )


def _metric(name: str, value: float, dataset: str) -> wire.Metric:
    return wire.Metric(
        name=name,
        value=value,
        dataset=dataset or None,
        split=None,
        unit=None,
        source="card",
        higher_is_better=None,
        change=None,
    )


def _reasons(slot: int, document: Document, ranked: Ranked, telling: list[str]) -> list[str]:
    near = ranked.nearness_of(slot) >= NEAR
    reasons = [*_matched(document, telling, near=near), *_conditions(slot, document, ranked)]
    if document.source == HUB:
        reasons.append("on this hub")
    facts = [
        f"{shown_count(document.downloads)} download{'s' if document.downloads > 1 else ''}"
        if document.downloads
        else "",
        f"{document.likes} likes" if document.likes > 9 else "",
        "every word of its name is common among models" if ranked.renown_of(slot) >= USUAL else "",
        f"★ {document.stars:.1f} ({document.reviews} review{'s' if document.reviews > 1 else ''})"
        if document.stars is not None
        else "",
        f"scan: {document.safety}" if document.safety in ("caution", "unsafe") else "",
    ]
    return [*reasons, *([", ".join(fact for fact in facts if fact)] if any(facts) else [])]


def _matched(document: Document, telling: list[str], *, near: bool) -> list[str]:
    wanted = set(telling)
    in_name = _in_name(document.name, wanted)
    told = _SENTENCE.split(_MARKUP.sub(" ", f"{document.summary} {document.body[:600]}"))[:8]
    # Stems are beginnings of words; to cut every word of every hit would take longer than the search.
    sentences = [(sum(f" {word}" in f" {text.lower()}" for word in wanted), text) for text in told]
    best, sentence = max(sentences, key=lambda each: each[0], default=(0, ""))
    reasons = [f"name has: {', '.join(in_name)}"] if in_name else []
    if best:
        reasons.append(f"“{_SPACES.sub(' ', sentence)[:160].strip()}”")
    elif not in_name and near:
        reasons.append("close in meaning")
    return reasons


def _in_name(name: str, wanted: set[str]) -> list[str]:
    """The words of *name* that were asked for, as they are written there."""
    written = dict.fromkeys(each.lower() for each in _NAME_WORD.findall(name) if wanted.intersection(words(each)))
    return list(written)


def _conditions(slot: int, document: Document, ranked: Ranked) -> list[str]:
    told: list[str] = []
    for condition, found in ranked.conditions:
        if found[slot] == MET:
            told.append(f"✓ {condition.text}")
        elif found[slot] == UNKNOWN and not condition.guessed:
            told.append(f"not known: {condition.text}")
    if document.task and not any(condition.field == "task" for condition, _ in ranked.conditions):
        told.append(title_of(document.task))
    return told


def _unmet_word(key: str, text: str) -> wire.Constraint:
    return wire.Constraint(key=key, field="word", text=text, met=False, guessed=False, alternatives=[], spoken=[])


def unheard(index: Index, topic: str, without: Collection[str]) -> list[wire.Constraint]:
    """Words of *topic* that no repo has, nor any like them: said as conditions that nothing meets."""
    told: list[wire.Constraint] = []
    for word in dict.fromkeys(_NAME_WORD.findall(topic)[:MOST_WORDS]):
        key = f"word:{word}"
        if len(word) >= SHORTEST and word not in STOP and key not in without and not index.telling(tuple(words(word))):
            text = f"the word “{word if len(word) <= LONGEST else word[:LONGEST] + '…'}”"
            told.append(_unmet_word(key, text))
    return told[:MOST_TOLD]
