"""The whole catalogue for programs: filtered, in a lasting order, row by row.

Rows come by the day of their last change and their key, so that who was cut off goes on behind the last row they have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import wire
from ..access import Actor
from ..errors import BadQuery
from ..names import RepoKind
from .documents import Document, clean
from .filters import MET, VIOLATED, marks
from .reading import Sentence, read_numbers
from .search import Search
from .terms import read_filters

if TYPE_CHECKING:
    from .columns import Bools
    from .conditions import Condition
    from .index import Index

BATCH = 500
LONGEST_FILTER = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows, from where on, and with how much in them."""

    where: str = ""
    """In the filter language: ``task:summarization params<=1e9 -license:gpl-3.0``."""
    kind: RepoKind | None = None
    source: str | None = None
    after: str = ""
    limit: int | None = None
    unknown: bool = False
    """Also those of which a fact that is filtered by is not known."""
    body: bool = False


def rows(search: Search, actor: Actor, wanted: Wanted) -> Iterator[wire.CatalogueRow]:
    """The rows that *actor* may see, read as they are asked for.

    Raises:
        BadQuery: the filter has words that are none.
    """
    conditions = _conditions(wanted.where)
    index = search.index()
    with index.lock:
        chosen = _chosen(search, actor, wanted, conditions)
        ordered = _ordered(index, np.flatnonzero(chosen))
    return _read(index, [one for one in ordered if one > _place(wanted.after)], wanted)


def _conditions(text: str) -> list[Condition]:
    sentence = Sentence(clean(text, LONGEST_FILTER).lower())
    read_filters(sentence)
    read_numbers(sentence)
    left = sentence.left.replace(",", " ").split()
    if left:
        raise BadQuery(
            f"'{left[0][:60]}' is no filter; write field:value, -field:value, size<=100MB or params>=1e9, "
            "with a space between two of them"
        )
    return sentence.found


def _chosen(search: Search, actor: Actor, wanted: Wanted, conditions: list[Condition]) -> Bools:
    index = search.index()
    chosen = search.visible(actor, wanted.source)
    if wanted.kind is not None:
        chosen = chosen & index.columns.of_kind(wanted.kind)
    for condition in conditions:
        found = marks(condition, index.columns)
        chosen = chosen & ((found != VIOLATED) if wanted.unknown else (found == MET))
    return chosen


def _ordered(index: Index, slots: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[tuple[float, int]]:
    """By the day of the last change, then by slot: what changes gets a later slot."""
    days = np.nan_to_num(index.columns.numbers["updated"][slots])
    order = np.lexsort((slots, days))
    return list(zip(days[order].astype(float).tolist(), slots[order].tolist(), strict=True))


def _place(cursor: str) -> tuple[float, int]:
    if not cursor:
        return -1.0, 0
    day, _, slot = cursor.partition("_")
    try:
        return float(day), int(slot)
    except ValueError as error:
        raise BadQuery("'after' takes the cursor of a row") from error


def _read(index: Index, ordered: list[tuple[float, int]], wanted: Wanted) -> Iterator[wire.CatalogueRow]:
    for start in range(0, min(len(ordered), wanted.limit or len(ordered)), BATCH):
        some = ordered[start : min(start + BATCH, wanted.limit or len(ordered))]
        documents = index.store.documents([slot for _, slot in some])
        for day, slot in some:
            if slot in documents:
                yield row_of(documents[slot], f"{day!r}_{slot}", wanted)


def row_of(document: Document, cursor: str, wanted: Wanted) -> wire.CatalogueRow:
    """*document* as programs get it."""
    return wire.CatalogueRow(
        id=document.id,
        kind=document.kind,
        source=document.source,
        name=document.name,
        visibility="private" if document.private else "public",
        summary=document.summary,
        task=document.task,
        library=document.library,
        license=document.license,
        languages=list(document.languages),
        datasets=list(document.datasets),
        metrics=list(document.metrics),
        tags=list(document.tags),
        parameters=document.parameters,
        size_bytes=document.size_bytes,
        dtype=document.dtype,
        architecture=document.architecture,
        base_model=document.base_model,
        downloads=document.downloads,
        likes=document.likes,
        stars=document.stars,
        reviews=document.reviews,
        safety=document.safety,
        latest=document.latest,
        updated_at=document.updated,
        url=document.url,
        body=document.body if wanted.body else None,
        cursor=cursor,
    )
