"""Find models by a sentence, from a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

from .. import wire
from ..errors import NotSupported
from .connection import Connection, connect
from .downloads import download
from .loading import load
from .tables import Cell, Row, number, size, table


@dataclass(frozen=True, slots=True)
class Found:
    """A model that a search found, and why."""

    hit: wire.Hit
    _connection: Connection

    @property
    def id(self) -> str:
        """Its name, as in ``team/digits``."""
        return self.hit.model.id

    @property
    def model(self) -> wire.ModelSummary:
        """What the hub knows of it: task, license, size, metrics …"""
        return self.hit.model

    @property
    def why(self) -> list[str]:
        """The reasons for which it was found."""
        return self.hit.why

    def load(self, *, revision: str | None = None, trust: bool = False) -> Any:
        """The model object, as `load` gives it.

        Raises:
            NotSupported: it is in another catalogue and not on this hub.
        """
        return load(self._here(), revision=revision, trust=trust, connection=self._connection)

    def download(self, *, revision: str | None = None) -> Path:
        """The folder with its files, as `download` gives it.

        Raises:
            NotSupported: it is in another catalogue and not on this hub.
        """
        return download(self._here(), revision=revision, connection=self._connection)

    def _here(self) -> str:
        if self.hit.source != "hub":
            where = self.hit.url or self.hit.source
            raise NotSupported(f"{self.id} is not on this hub; get it from {where} and publish it here")
        return self.id

    def __repr__(self) -> str:
        return f"{self.id}: {self.model.summary}" if self.model.summary else self.id


class SearchResults(Sequence[Found]):
    """What a search found, best first: a list in code, a table in a notebook."""

    def __init__(self, reply: wire.SearchReply, connection: Connection) -> None:
        self.reply = reply
        self._found = tuple(Found(hit, connection) for hit in reply.hits)

    @overload
    def __getitem__(self, index: int) -> Found: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Found]: ...
    def __getitem__(self, index: int | slice) -> Found | Sequence[Found]:
        return self._found[index]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Found]:
        return iter(self._found)

    @property
    def ids(self) -> list[str]:
        """The names of the models, for `load`."""
        return [found.id for found in self]

    def __repr__(self) -> str:
        lines = [f"{len(self)} of {self.reply.total} models for {self.reply.query!r}"]
        for found in self:
            model, why = found.model, "; ".join(found.why)
            lines.append(f"  {model.id:<40} {size(model.size_bytes):>8}  {model.summary[:60]}  ({why})")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        conditions = ", ".join(one.text + ("" if one.met else " (no model meets it)") for one in self.reply.constraints)
        asked = f"“{self.reply.query}”" + (f" — {conditions}" if conditions else "")
        caption = f"{len(self)} of {self.reply.total} models for {asked}"
        head = ["Model", "What it is", "Task", "License", "Size", "Metrics", "Why", "Load"]
        return table(caption, head, [_row(found.hit) for found in self])


def _row(hit: wire.Hit) -> Row:
    model = hit.model
    metrics = ", ".join(f"{one.name} {number(one.value)}" for one in model.metrics[:3])
    code = f'hub.load("{model.id}")' if hit.source == "hub" else (hit.url or "")
    weight = size(model.size_bytes) if model.size_bytes else ""
    about: Row = [Cell(model.summary[:140], model.summary), model.task or "", model.license or "", weight, metrics]
    return [model.id, *about, "; ".join(hit.why), code]


def search(query: str, *, limit: int = 10, connection: Connection | None = None) -> SearchResults:
    """Find models by a sentence, as in ``search("small image classifier under 10 MB")``.

    Raises:
        BadQuery: the sentence is too long to be one.
    """
    hub = connection or connect()
    return SearchResults(hub.get("search", wire.SearchReply, q=query, limit=limit), hub)
