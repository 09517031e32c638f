"""Find models by a sentence, from a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from .. import wire
from .connection import Connection, connect
from .tables import Cell, Row, number, size, table


class SearchResults(Sequence[wire.Hit]):
    """What a search found, best first: a list in code, a table in a notebook."""

    def __init__(self, reply: wire.SearchReply) -> None:
        self.reply = reply

    @overload
    def __getitem__(self, index: int) -> wire.Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[wire.Hit]: ...
    def __getitem__(self, index: int | slice) -> wire.Hit | Sequence[wire.Hit]:
        return self.reply.hits[index]

    def __len__(self) -> int:
        return len(self.reply.hits)

    def __iter__(self) -> Iterator[wire.Hit]:
        return iter(self.reply.hits)

    @property
    def ids(self) -> list[str]:
        """The names of the models, for `load`."""
        return [hit.model.id for hit in self]

    def __repr__(self) -> str:
        lines = [f"{len(self)} of {self.reply.total} models for {self.reply.query!r}"]
        for hit in self:
            why = "; ".join(hit.why)
            lines.append(f"  {hit.model.id:<40} {size(hit.model.size_bytes):>8}  {hit.model.summary[:60]}  ({why})")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [self._row(hit) for hit in self]
        conditions = ", ".join(one.text + ("" if one.met else " (no model meets it)") for one in self.reply.constraints)
        asked = f"“{self.reply.query}”" + (f" — {conditions}" if conditions else "")
        caption = f"{len(self)} of {self.reply.total} models for {asked}"
        return table(caption, ["Model", "What it is", "Task", "License", "Size", "Metrics", "Why", "Load"], rows)

    def _row(self, hit: wire.Hit) -> Row:
        model = hit.model
        metrics = ", ".join(f"{one.name} {number(one.value)}" for one in model.metrics[:3])
        mine = hit.source == "hub"
        code = f'hub.load("{model.id}")' if mine else (hit.url or "")
        weight = size(model.size_bytes) if model.size_bytes else ""
        about: Row = [Cell(model.summary[:140], model.summary), model.task or "", model.license or "", weight, metrics]
        return [model.id, *about, "; ".join(hit.why), code]


def search(query: str, *, limit: int = 10, connection: Connection | None = None) -> SearchResults:
    """Find models by a sentence, as in ``search("small image classifier under 10 MB")``.

    Raises:
        BadQuery: the sentence is too long to be one.
    """
    hub = connection or connect()
    return SearchResults(hub.get("search", wire.SearchReply, q=query, limit=limit))
