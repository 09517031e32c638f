"""The hub's own models, datasets and spaces as documents, of whatever visibility; search decides who sees them."""

from __future__ import annotations

import math
import posixpath
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import select

from ..access import Actor
from ..names import DEFAULT_BRANCH, RepoId, RepoKind
from ..storage.schema import repos
from .documents import HUB, LONGEST_TEXT, Document, clean, is_result, slug

if TYPE_CHECKING:
    from ..hub.hub import Hub
    from ..hub.repos import Repo
    from ..models.models import Models
    from ..models.reviews import Rating
    from ..wire import Card, ModelSummary

MOST_FILES = 1_000
"""Of a repo with more files than this the verdicts are not looked up, nor the endings of its names."""
_WORST = ("unsafe", "caution", "unscanned", "safe")
_DATA = {".parquet", ".csv", ".json", ".jsonl", ".arrow", ".txt", ".tsv", ".zip", ".wav", ".mp3", ".png", ".jpg"}


@dataclass(frozen=True, slots=True)
class State:
    """What must be the same for a document to be fresh."""

    owner: str
    mark: str


class HubRepos(Protocol):
    """Where documents of the hub's own repos come from."""

    def states(self, only: RepoId | None = None) -> Mapping[RepoId, State]:
        """All repos of the hub, or one of them."""
        ...

    def document(self, repo: RepoId, state: State) -> Document:
        """One of them as a document.

        Raises:
            NotFound: it is gone.
        """
        ...

    def sees(self, actor: Actor, namespace: str, owner: str) -> bool:
        """May *actor* know of all private repos of *owner* in *namespace*?"""
        ...

    def shared_with(self, actor: Actor) -> Collection[str]:
        """The repos that are shared with *actor* one by one, as `RepoId.key`."""
        ...


class Ours:
    """Reads the hub's index, cards and files."""

    def __init__(self, hub: Hub, models: Models) -> None:
        self._hub = hub
        self._models = models

    def states(self, only: RepoId | None = None) -> Mapping[RepoId, State]:
        """All repos of the hub, or one of them."""
        asked = select(
            repos.c.pk,
            repos.c.kind,
            repos.c.namespace,
            repos.c.name,
            repos.c.owner,
            repos.c.private,
            repos.c.head,
            repos.c.updated_at,
            repos.c.downloads,
            repos.c.likes,
        )
        if only is not None:
            asked = asked.where(repos.c.key == only.key)
        with self._hub.database.read() as connection:
            rows = connection.execute(asked).all()
        rated = self._models.reviews.ratings([row.pk for row in rows])
        return {RepoId(row.namespace, row.name, row.kind): _state(row, rated.get(row.pk)) for row in rows}

    def document(self, repo: RepoId, state: State) -> Document:
        """One repo as a document, read with the eyes of somebody who may.

        Raises:
            NotFound: it is gone.
        """
        reader = self._hub.namespaces.reader(state.owner, repo.namespace)
        found = self._hub.repos.get(reader, repo)
        card = self._models.summaries.card(reader, found.id, DEFAULT_BRANCH)
        if repo.kind == "model":
            document = of_model(self._models.summaries.shown(reader, [found])[0], card)
            document = with_files(document, self._weights(reader, found))
        else:
            document = of_card(found, card)
        rating = self._models.reviews.ratings([found.pk]).get(found.pk)
        return replace(
            document,
            **self._of_files(reader, found, document),
            owner=found.owner,
            private=found.private,
            revision=state.mark,
            likes=found.likes,
            stars=rating.mean if rating else None,
            reviews=rating.count if rating else 0,
        )

    def sees(self, actor: Actor, namespace: str, owner: str) -> bool:
        """May *actor* know of all private repos of *owner* in *namespace*?"""
        return self._hub.namespaces.sees(actor, namespace, owner, private=True)

    def shared_with(self, actor: Actor) -> Collection[str]:
        """The repos that are shared with *actor* one by one, as `RepoId.key`."""
        return self._hub.namespaces.shared_with(actor).keys()

    def _weights(self, reader: Actor, found: Repo) -> Mapping[str, Any]:
        if found.weights_json or found.head is None:
            return found.weights
        return self._hub.social.weights.of(reader, found, found.head)

    def _of_files(self, reader: Actor, found: Repo, document: Document) -> dict[str, Any]:
        """What the names of the files and the verdicts on them add."""
        if found.files is None or found.files > MOST_FILES:
            return {}
        files = self._models.summaries.files(reader, found.id, DEFAULT_BRANCH).files
        verdicts = {file.safety for file in files}
        endings = {posixpath.splitext(file.path)[1].lower() for file in files} & _DATA
        told = sorted(ending[1:] for ending in endings) if found.id.kind == "dataset" else []
        return {
            "safety": next((each for each in _WORST if each in verdicts), None),
            "tags": tuple(dict.fromkeys([*document.tags, *told])),
        }


def _state(row: Any, rating: Rating | None) -> State:
    # One download more or less is no reason to read a repo again.
    numbers = f"{math.log1p(row.downloads):.1f} {row.likes} {rating or ''}"
    return State(row.owner, f"{row.head} {row.private} {row.owner} {row.updated_at} {numbers}")


def of_model(model: ModelSummary, card: Card) -> Document:
    """The document of a model of the hub, as its card has it."""
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
        metrics=tuple((one.name, one.value, one.dataset or "") for one in model.metrics if is_result(one.value)),
        tags=tuple(model.tags),
        base_model=next(iter(_words(front.get("base_model"))), None),
        downloads=model.downloads,
        updated=model.updated_at,
        latest=model.latest,
    )


def with_files(document: Document, weights: Mapping[str, Any]) -> Document:
    """*document* with what its card does not say and its files do: parameters, type of numbers, architecture."""
    counted = weights.get("safetensors") or {}
    total = counted.get("total") or (weights.get("gguf") or {}).get("total")
    parameters = counted.get("parameters")
    dtype = max(parameters, key=parameters.__getitem__) if isinstance(parameters, dict) and parameters else None
    return replace(
        document,
        parameters=document.parameters or (total if isinstance(total, int) else None),
        dtype=document.dtype or (dtype if isinstance(dtype, str) else None),
        architecture=document.architecture or architecture_of(weights),
        tags=tuple(dict.fromkeys([*document.tags, *(weights.get("formats") or [])])),
    )


def architecture_of(weights: Mapping[str, Any]) -> str | None:
    """The architecture that ``config.json``, or a GGUF file, names."""
    config = weights.get("config") or {}
    named = config.get("architectures")
    first = named[0] if isinstance(named, list) and named else config.get("model_type")
    return clean(first or (weights.get("gguf") or {}).get("architecture"), 100) or None


def of_card(found: Repo, card: Card) -> Document:
    """The document of a dataset or a space, as its card has it."""
    from ..models import cards

    front = card.metadata
    about = clean(cards.summary(card.markdown), 1000) or clean(front.get("short_description"), 1000)
    return Document(
        id=str(found.id),
        source=HUB,
        kind=found.id.kind,
        name=found.id.name,
        summary=about or clean(front.get("pretty_name") or front.get("title"), 1000),
        body=clean(card.markdown, LONGEST_TEXT),
        size_bytes=found.size_bytes or None,
        downloads=found.downloads,
        updated=found.updated_at,
        **facts_of_front(found.id.kind, front),
    )


def facts_of_front(kind: RepoKind, front: Mapping[str, Any]) -> dict[str, Any]:
    """What the front matter of a dataset or a space says, in the fields of `Document`."""
    named = front.get("task_categories") if kind == "dataset" else front.get("pipeline_tag")
    uses = "source_datasets" if kind == "dataset" else "datasets"
    more = [*_words(front.get("task_ids")), *_words(front.get("size_categories")), *_words(front.get("pretty_name"))]
    return {
        "task": next((slug(word) for word in _words(named)), None),
        "library": slug(front.get("sdk")) if kind == "space" else None,
        "license": slug(next(iter(_words(front.get("license"))), None)),
        "languages": _words(front.get("language")),
        "datasets": _words(front.get(uses)),
        "tags": tuple(dict.fromkeys([*_words(front.get("tags")), *_words(named)[1:], *more])),
        "base_model": next(iter(_words(front.get("models"))), None) if kind == "space" else None,
    }


def _words(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    return tuple(word for each in given[:100] if (word := clean(each, 200)))
