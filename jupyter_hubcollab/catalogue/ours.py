"""The hub's own models as documents, of whatever visibility; search decides who sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from ..access import Actor
from ..names import DEFAULT_BRANCH, RepoId
from ..storage.schema import repos
from .documents import HUB, LONGEST_TEXT, Document, clean, slug

if TYPE_CHECKING:
    from ..hub.namespaces import Namespaces
    from ..models.summaries import Summaries
    from ..storage.database import Database
    from ..wire import Card, ModelSummary


@dataclass(frozen=True, slots=True)
class State:
    """What must be the same for a document to be fresh."""

    owner: str
    mark: str


class HubModels(Protocol):
    """Where documents of the hub's own models come from."""

    def states(self) -> Mapping[RepoId, State]:
        """All models of the hub."""
        ...

    def document(self, repo: RepoId, state: State) -> Document:
        """One of them as a document.

        Raises:
            NotFound: it is gone.
        """
        ...

    def sees(self, actor: Actor, namespace: str, owner: str) -> bool:
        """May *actor* know of a private model of *owner* in *namespace*?"""
        ...


class Ours:
    """Reads the hub's index and cards."""

    def __init__(self, database: Database, summaries: Summaries, namespaces: Namespaces) -> None:
        self._database = database
        self._summaries = summaries
        self._namespaces = namespaces

    def states(self) -> Mapping[RepoId, State]:
        """All models of the hub."""
        asked = select(
            repos.c.namespace, repos.c.name, repos.c.owner, repos.c.private, repos.c.head, repos.c.updated_at
        )
        with self._database.read() as connection:
            rows = connection.execute(asked.where(repos.c.kind == "model")).all()
        return {
            RepoId(row.namespace, row.name): State(row.owner, f"{row.head} {row.private} {row.owner} {row.updated_at}")
            for row in rows
        }

    def document(self, repo: RepoId, state: State) -> Document:
        """One model as a document, read with the eyes of somebody who may.

        Raises:
            NotFound: it is gone.
        """
        reader = self._namespaces.reader(state.owner, repo.namespace)
        summary = self._summaries.one(reader, repo)
        return of_model(summary, self._summaries.card(reader, repo, DEFAULT_BRANCH), state)

    def sees(self, actor: Actor, namespace: str, owner: str) -> bool:
        """May *actor* know of a private model of *owner* in *namespace*?"""
        return self._namespaces.sees(actor, namespace, owner, private=True)


def of_model(model: ModelSummary, card: Card, state: State) -> Document:
    """The document of a model of the hub."""
    front = card.metadata
    return Document(
        id=model.id,
        source=HUB,
        name=model.name,
        summary=clean(model.summary, 1000),
        body=clean(card.markdown, LONGEST_TEXT),
        task=slug(model.task),
        library=slug(model.library),
        license=slug(model.license),
        parameters=model.parameters,
        size_bytes=model.size_bytes or None,
        languages=_words(front.get("language")),
        datasets=_words(front.get("datasets")),
        metrics=tuple((metric.name, metric.value, metric.dataset or "") for metric in model.metrics),
        tags=tuple(model.tags),
        architecture=None,
        base_model=next(iter(_words(front.get("base_model"))), None),
        downloads=model.downloads,
        updated=model.updated_at,
        owner=state.owner,
        private=model.visibility == "private",
        revision=state.mark,
        latest=model.latest,
    )


def _words(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    return tuple(word for each in given[:100] if (word := clean(each, 200)))
