"""The same question put to the other hubs, which search names only: what they list is held against the conditions.

Nothing of it is kept. Who asks sees what their own token for that hub shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import numpy as np

from .. import wire
from ..access import ANONYMOUS, Actor
from ..names import RepoKind
from .columns import Columns, facts_of
from .comparing import listed
from .documents import HUB, BadRecord, Document, clean
from .filters import MET, VIOLATED, allowed, marks
from .query import Query, understand
from .search import Search, Where
from .shapes import of_shape
from .text import telling_words

if TYPE_CHECKING:
    from ..hub.upstream import Upstream
    from ..hub.upstream.listed import Listed

MOST = 20
_FIELDS = ("cardData", "config", "downloads", "lastModified", "library_name", "likes", "pipeline_tag", "tags")
_MODEL_FIELDS = (*_FIELDS, "safetensors", "gguf")
_OTHER_FIELDS = tuple(field for field in _FIELDS if field not in ("config", "library_name", "pipeline_tag"))


def source_of(hub: str) -> str:
    """What a hub is called among the sources of the catalogue."""
    host = urlsplit(hub)
    name = (host.hostname or hub).removeprefix("www.")
    return "huggingface" if name == "huggingface.co" else f"{name}-{host.port}" if host.port else name


@dataclass(frozen=True, slots=True)
class Abroad:
    """Searches in other hubs."""

    upstream: Upstream
    search: Search

    def found(self, actor: Actor, text: str, where: Where, *, limit: int = 10) -> Iterator[wire.UpstreamHits]:
        """What other hubs have for *text*, best first: at once who is asked, then what each has as it answers."""
        query = understand(clean(text), self.search.index().known(), without=where.without)
        if actor.name == ANONYMOUS or not query.text or where.source == HUB:
            return
        words = [query.topic or query.text, _most_telling(query)]
        asked = [_path(each, query, where.kind) for each in words if each]
        waiting = list(self.upstream.urls)
        yield wire.UpstreamHits(hits=[], silent=[], waiting=list(waiting))
        for answer in self.upstream.listed(actor, asked, enough=limit):
            waiting.remove(answer.hub)
            hits = _fitting(_documents(answer, where), query, actor)[:limit]
            yield wire.UpstreamHits(hits=hits, silent=[answer.silent] if answer.silent else [], waiting=list(waiting))


def _path(words: str, query: Query, kind: RepoKind) -> str:
    asked = [("search", words[:200]), ("limit", str(MOST)), ("sort", "downloads"), ("direction", "-1")]
    task = next((c.values[0] for c in query.conditions if c.field == "task" and c.op == ":" and not c.guessed), None)
    if task is not None and kind == "model":
        asked.append(("pipeline_tag", task))
    asked += [("expand", field) for field in (_MODEL_FIELDS if kind == "model" else _OTHER_FIELDS)]
    return f"api/{kind}s?{urlencode(asked)}"


def _most_telling(query: Query) -> str | None:
    """One word that names of repos may have: the longest; names are short and most sentences are not."""
    words = [word for word in query.topic.split() if telling_words(word)]
    return max(words, key=len) if len(words) > 1 else None


def _documents(answer: Listed, where: Where) -> list[Document]:
    source = source_of(answer.hub)
    if where.source not in (None, source):
        return []
    found: dict[str, Document] = {}
    for entry in answer.entries:
        try:
            document = of_shape(entry, where.kind, source, answer.hub)
        except BadRecord:
            continue
        found.setdefault(document.key, document)
    return list(found.values())


def _fitting(documents: list[Document], query: Query, actor: Actor) -> list[wire.Hit]:
    """Those that violate no condition; what is known to fit first, then in the order in which the hubs gave them."""
    if not documents:
        return []
    columns = Columns(len(documents))
    columns.load([(slot, facts_of(document)) for slot, document in enumerate(documents)])
    conditions = [(condition, marks(condition, columns)) for condition in query.conditions]
    fit = allowed(conditions, columns.alive.copy())
    met = np.zeros(len(columns.alive))
    for condition, found in conditions:
        if not condition.guessed:
            met += found == MET
    order = np.argsort(-met[: len(documents)], kind="stable")
    return [_hit(documents[slot], slot, conditions, actor) for slot in order.tolist() if fit[slot]]


def _hit(document: Document, slot: int, conditions: list, actor: Actor) -> wire.Hit:  # type: ignore[type-arg]
    import msgspec

    why = [f"✓ {condition.text}" for condition, found in conditions if found[slot] == MET]
    why += [
        f"not known: {condition.text}"
        for condition, found in conditions
        if found[slot] not in (MET, VIOLATED) and not condition.guessed
    ]
    return msgspec.structs.replace(listed(document, actor), why=why)
