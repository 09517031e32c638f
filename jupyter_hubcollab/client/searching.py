"""Find models, datasets and spaces by a sentence, by a likeness, or by the data in hand, from a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from .. import wire
from ..errors import NotSupported
from ..names import RepoKind
from .connection import Connection, connect
from .downloads import download
from .fitting import in_hand
from .loading import load
from .read_through import ReadThrough
from .tables import Cell, Listed, Row, counted, number, size, table


@dataclass(frozen=True, slots=True)
class Found:
    """Something that a search found, and why."""

    hit: wire.Hit
    _connection: Connection
    _through: ReadThrough

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
            NotSupported: it is in another catalogue and not on this hub, or no model.
        """
        if self.hit.kind != "model":
            raise NotSupported(f"{self.id} is a {self.hit.kind}, not a model; {self.code}")
        return load(self._here(), revision=revision, trust=trust, connection=self._connection)

    def download(self, *, revision: str | None = None) -> Path:
        """The folder with its files, as `download` gives it.

        Raises:
            NotSupported: it is in another catalogue and not on this hub, or no model.
        """
        if self.hit.kind != "model":
            raise NotSupported(f"{self.id} is a {self.hit.kind}; {self.code}")
        return download(self._here(), revision=revision, connection=self._connection)

    @property
    def code(self) -> str:
        """The line that gets it; the address of its page where no client of this kernel does."""
        if self.hit.source != "hub" and not self._through.has(self.hit):
            return self.hit.url or ""
        if self.hit.kind == "dataset":
            return f'datasets.load_dataset("{self.id}")'
        if self.hit.kind == "space":
            return f'huggingface_hub.snapshot_download("{self.id}", repo_type="space")'
        if self.hit.source == "hub":
            return f'hub.load("{self.id}")'
        return f'huggingface_hub.snapshot_download("{self.id}")'

    def _here(self) -> str:
        if self.hit.source != "hub":
            where = self.hit.url or self.hit.source
            through = f"{self.code} reads it through this hub; or " if self._through.has(self.hit) else ""
            raise NotSupported(f"{self.id} is not on this hub; {through}get it from {where} and publish it here")
        return self.id

    def __repr__(self) -> str:
        return f"{self.id}: {self.model.summary}" if self.model.summary else self.id


LONGEST_KEY = 60
"""Letters of a key that are shown; all of it is in ``reply``."""


@dataclass(frozen=True, slots=True)
class Question:
    """How a search was asked, to ask it again a little otherwise."""

    query: str = ""
    limit: int = 10
    kind: RepoKind = "model"
    source: str | None = None
    without: tuple[str, ...] = ()
    like: str | None = None
    """The repo to find others like it."""
    text: wire.TextAsked | None = None
    """A text to go by instead of a repo."""

    def ask(self, hub: Connection) -> SearchResults:
        """Ask *hub*."""
        if self.text is not None:
            changes = {"q": self.query, "limit": self.limit, "without": list(self.without), "source": self.source}
            asked = msgspec.structs.replace(self.text, kind=self.kind, **changes)
            return SearchResults(hub.post("search/like", asked, wire.SearchReply), hub, self)
        narrowed = {"like": self.like or "", "source": self.source or ""}
        reply = hub.get(
            "search",
            wire.SearchReply,
            q=self.query,
            limit=self.limit,
            kind=self.kind,
            without=self.without,
            **{name: value for name, value in narrowed.items() if value},
        )
        return SearchResults(reply, hub, self)


class SearchResults(Listed[Found]):
    """What a search found, best first: a list in code; in a notebook a view with *Load*, *Compare* and chips."""

    def __init__(self, reply: wire.SearchReply, connection: Connection, question: Question | None = None) -> None:
        through = ReadThrough(lambda: connection.get("upstreams", wire.OtherHubs))
        super().__init__([Found(hit, connection, through) for hit in reply.hits])
        self.reply = reply
        self.question = question or Question(reply.query)
        self.connection = connection

    @property
    def ids(self) -> list[str]:
        """The names of what was found, for `load`."""
        return [found.id for found in self]

    def save(self, name: str = "") -> wire.SavedSearch:
        """Keep this search; the panel tells when something new matches."""
        asked = self.question
        kept = wire.NewSavedSearch(
            query=asked.query, name=name, kind=asked.kind, source=asked.source, without=list(asked.without)
        )
        return self.connection.post("search/saved", kept, wire.SavedSearch)

    @property
    def title(self) -> str:
        """How many there are, and of what."""
        asked = f" for {self.reply.query!r}" if self.reply.query else ""
        if not self:
            return f"no {self.question.kind} fits{asked}"
        return f"{len(self):,} of {counted(self.reply.total, self.question.kind)}{asked}"

    @property
    def unread(self) -> str:
        """What is found by words alone as yet, as people read it; empty once all is read."""
        left = self.reply.meaning
        if left is None:
            return ""
        if left.stopped:
            return "words alone answer: the embedding model cannot be used, and the log of the server says why"
        of_all = f"{left.unread:,} of {counted(left.total, self.question.kind)}"
        return f"the meaning of {of_all} is still being read; words answer until then"

    def __repr__(self) -> str:
        lines = [self.title]
        if understood := " · ".join(map(_understood, self.reply.constraints)):
            lines.append(f"  understood: {understood}")
        for found in self:
            model, why = found.model, "; ".join(found.why)
            weight = size(model.size_bytes) if model.size_bytes else "–"
            lines.append(f"  {model.id:<40} {weight:>8}  {model.summary[:60]}  ({why})")
        lines += [f"  none of them: {one.text}" for one in self.reply.constraints if not one.met]
        lines += [f"  {self.unread}"] if self.unread else []
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        conditions = ", ".join(one.text + ("" if one.met else " (none meets it)") for one in self.reply.constraints)
        head = ["Name", "What it is", "Task", "License", "Size", "Metrics", "Why", "Load"]
        caption = self.title + (f" — {conditions}" if conditions else "")
        caption += f" — {self.unread}" if self.unread else ""
        return table(caption, head, [_row(found) for found in self])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        from .search_view import view_of

        view = view_of(self)
        if view is None:
            return {}
        # Without its kernel, as on a page of code, a notebook shows the text or the table.
        plain = {"text/plain": repr(self), "text/html": self._repr_html_()}
        return {**view._repr_mimebundle_(include=include, exclude=exclude), **plain}


def _understood(one: wire.Constraint) -> str:
    """A condition with the key that leaves it out (``without=``)."""
    key = one.key if len(one.key) <= LONGEST_KEY else one.key[:LONGEST_KEY] + "…"
    return f"{'probably ' if one.guessed else ''}{one.text} [{key}]"


def _row(found: Found) -> Row:
    model = found.model
    metrics = ", ".join(f"{one.name} {number(one.value)}" for one in model.metrics[:3])
    weight = size(model.size_bytes) if model.size_bytes else ""
    about: Row = [Cell(model.summary[:140], model.summary), model.task or "", model.license or "", weight, metrics]
    return [model.id, *about, "; ".join(found.why), found.code]


def search(
    query: str = "",
    *,
    limit: int = 10,
    kind: RepoKind = "model",
    source: str | None = None,
    without: Sequence[str] = (),
    connection: Connection | None = None,
) -> SearchResults:
    """Find something by a sentence, as in ``search("small image classifier under 10 MB")``.

    Raises:
        BadQuery: *limit* or *kind* makes no sense.
    """
    return Question(query, limit, kind, source, tuple(without)).ask(connection or connect())


def similar(
    what: str,
    query: str = "",
    *,
    limit: int = 10,
    kind: RepoKind = "model",
    connection: Connection | None = None,
) -> SearchResults:
    """Find what is like a repo (``team/digits``), or like the text of a card; *query* says what it must be besides.

    Raises:
        RepoNotFound: there is no such repo.
    """
    hub = connection or connect()
    if what.count("/") == 1 and not any(char.isspace() for char in what):
        return Question(query, limit, kind, like=what).ask(hub)
    return Question(query, limit, kind, text=wire.TextAsked(text=what)).ask(hub)


def fits(
    data: Any, target: Any = None, query: str = "", *, limit: int = 10, connection: Connection | None = None
) -> SearchResults:
    """Find models for the data in hand; the task is guessed from it and shown as a chip.

    Raises:
        BadInput: nothing can be guessed from an object of this class.
    """
    asked = in_hand(data, target)
    return Question(query, limit, text=asked).ask(connection or connect())
