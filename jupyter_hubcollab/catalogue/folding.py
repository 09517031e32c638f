"""Copies of one model under one hit: mirrors, quantised files, the same recipe run again by somebody else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .columns import is_derived, plain
from .documents import HUB, Document

_MARKS = re.compile(
    r"(?i)[-_.](?:gguf|ggml|awq|gptq|exl2|int[48]|[48]bit|q[2-8](?:_[k0-9]\w*)?|fp(?:16|8)|bf16|onnx|quanti[sz]ed|mlx|imat|i1)(?=$|[-_.])"
)
SHORTEST = 6
"""Names with fewer letters say too little to tell that two models are one."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A model and its copies further down."""

    slot: int
    document: Document
    copies: tuple[Document, ...]


def folded(found: Sequence[tuple[int, Document]]) -> list[Folded]:
    """*found*, best first, with the copies of a model under the first of them."""
    first: dict[tuple[str, str | None], int] = {}
    groups: list[tuple[int, list[Document]]] = []
    for slot, document in found:
        mark = _mark(document)
        if mark is not None and mark in first and _is_copy(document, groups[first[mark]][1][0]):
            groups[first[mark]][1].append(document)
            continue
        if mark is not None:
            first.setdefault(mark, len(groups))
        groups.append((slot, [document]))
    return [Folded(slot, same[0], tuple(same[1:])) for slot, same in groups]


def _mark(document: Document) -> tuple[str, str | None] | None:
    """What copies have in common; the hub's own models are never folded away."""
    name = plain(_MARKS.sub("", document.name))
    return None if document.source == HUB or len(name) < SHORTEST else (name, document.task)


def _is_copy(document: Document, first: Document) -> bool:
    """Whether *document*, which has the name of *first*, says nothing of its own."""
    return document.summary in ("", first.summary) or is_derived(document) or document.name != first.name
