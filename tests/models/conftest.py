"""A hub with the services of models, in a temporary folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from people import ANN, DIGITS, Clock

from jupyter_hubcollab import wire
from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.hub.hub import Hub, open_hub
from jupyter_hubcollab.models import Models, open_models
from jupyter_hubcollab.names import Digest, RepoId
from jupyter_hubcollab.storage.database import Database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub(tmp_path: Path, clock: Clock) -> Iterator[Hub]:
    database = Database(f"sqlite:///{tmp_path}/index.sqlite")
    made = open_hub(tmp_path, database, now=clock)
    yield made
    made.events.close()  # who listens may just be writing
    database.close()


@pytest.fixture
def models(hub: Hub, clock: Clock) -> Models:
    return open_models(hub, now=clock)


class Publisher:
    """Publishes as people do: bytes first, then the version."""

    def __init__(self, models: Models, clock: Clock) -> None:
        self._models = models
        self._clock = clock

    def send(self, content: bytes, actor: Actor = ANN) -> Digest:
        digest = Digest(hashlib.sha256(content).hexdigest())
        incoming = self._models.held.incoming()
        incoming.write(content)
        self._models.held.finish(actor, incoming, digest)
        return digest

    def request(self, files: dict[str, bytes], actor: Actor = ANN, **fields: Any) -> wire.PublicationRequest:
        listed = [
            wire.PublishedFile(path=path, digest=self.send(content, actor), size_bytes=len(content))
            for path, content in files.items()
        ]
        numbers = fields.pop("metrics", {})
        metrics = [wire.MetricGiven(name=name, value=value, dataset="digits") for name, value in numbers.items()]
        return wire.PublicationRequest(files=listed, metrics=metrics, **fields)

    def __call__(
        self, files: dict[str, bytes] | None = None, repo: RepoId = DIGITS, actor: Actor = ANN, **fields: Any
    ) -> wire.Publication:
        request = self.request({"a.json": b"{}"} if files is None else files, actor, **fields)
        return self._models.publications.publish(actor, repo, request)


@pytest.fixture
def publish(models: Models, clock: Clock) -> Publisher:
    return Publisher(models, clock)
