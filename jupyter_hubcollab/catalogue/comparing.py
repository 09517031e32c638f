"""Two to five repos side by side: everything that search knows of each."""

from __future__ import annotations

from collections.abc import Sequence

from .. import wire
from ..access import Actor
from ..errors import BadQuery
from .documents import Document
from .reasons import shown
from .search import Search, kind_of

FEWEST, MOST = 2, 5


def compare(search: Search, actor: Actor, ids: Sequence[str], kind: str = "model") -> wire.ComparedList:
    """The repos *ids*, of the hub or of a catalogue, in their order.

    Raises:
        BadQuery: they are too few or too many.
        RepoNotFound: one of them is not there for *actor*.
    """
    wanted = list(dict.fromkeys(ids))
    if not FEWEST <= len(wanted) <= MOST:
        raise BadQuery(f"compare {FEWEST} to {MOST} at a time, as in ?id=team/one&id=team/two")
    found = search.known(actor, wanted, kind_of(kind))
    return wire.ComparedList(compared=[_compared(document, actor) for document in found])


def listed(document: Document, actor: Actor) -> wire.Hit:
    """*document* as a hit of no question."""
    return wire.Hit(
        model=shown(document, actor), score=0, why=[], kind=document.kind, source=document.source, url=document.url
    )


def _compared(document: Document, actor: Actor) -> wire.Compared:
    return wire.Compared(
        hit=listed(document, actor),
        languages=list(document.languages),
        datasets=list(document.datasets),
        architecture=document.architecture,
        dtype=document.dtype,
        base_model=document.base_model,
        likes=document.likes,
        safety=document.safety,
        stars=document.stars,
        reviews=document.reviews,
    )
