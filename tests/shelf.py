"""Models in a dict, and an embedder that knows few words: fakes for tests of search."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.catalogue.documents import HUB, Document
from jupyter_hubcollab.catalogue.ours import State
from jupyter_hubcollab.catalogue.text import words
from jupyter_hubcollab.errors import RepoNotFound
from jupyter_hubcollab.names import RepoId, RepoKind

ALIKE = [{"digit", "number", "numer"}, {"dog", "cat", "animal", "pet"}, {"picture", "imag", "photo"}]
"""Words that mean the same here."""


class WordVectors:
    """Texts are near when they share words or words that are alike."""

    id = "words"
    dimensions = 384

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), 384), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text):
                group = next((at for at, alike in enumerate(ALIKE) if word in alike), None)
                row[group if group is not None else 10 + sum(map(ord, word)) % 370] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.embed(texts)


class Shelf:
    """The hub's own models."""

    def __init__(self) -> None:
        self.models: dict[RepoId, Document] = {}
        self.shared: dict[str, set[str]] = {}
        """People by `RepoId.key` of what is shared with them alone."""

    def add(
        self, id: str, *, owner: str = "ann", private: bool = False, kind: RepoKind = "model", **fields: Any
    ) -> RepoId:
        repo = RepoId(*id.split("/"), kind)
        revision = f"{len(self.models)}{sorted(fields.items())}{private}"
        self.models[repo] = model(
            id=id, name=repo.name, kind=kind, source=HUB, owner=owner, private=private, revision=revision, **fields
        )
        return repo

    def states(self, only: RepoId | None = None) -> Mapping[RepoId, State]:
        return {
            repo: State(document.owner, document.revision)
            for repo, document in self.models.items()
            if only in (None, repo)
        }

    def document(self, repo: RepoId, state: State) -> Document:
        if repo not in self.models:
            raise RepoNotFound(str(repo))
        return self.models[repo]

    def sees(self, actor: Actor, namespace: str, owner: str) -> bool:
        return actor.name == owner

    def shared_with(self, actor: Actor) -> Collection[str]:
        return {key for key, people in self.shared.items() if actor.name in people}


def model(**fields: Any) -> Document:
    return Document(**{"source": "zoo", "name": fields["id"].split("/")[-1], **fields})
