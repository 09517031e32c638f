"""A run as one side of a comparison: its metrics, parameters and packages, and the files of the model that it logged.

Built as ``RunSides(runs, run_models, rest)``. MLflow gives files whole: only files up to `LARGEST` are read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ..errors import BadInput, NothingToPublish, TrackingUnavailable
from ..models.diff.sides import Kept, Side
from ..models.metrics import Measured
from .recorded import CELL_TAG, NOTEBOOK_TAG
from .run_models import git_of

if TYPE_CHECKING:
    from ..access import Actor
    from .rest import Rest
    from .run_models import LoggedModel, RunModels
    from .runs import Runs

LARGEST = 64 << 20
_HASHED = 1 << 20
"""Files up to this size are read when the side is opened: the same bytes shall be the same file."""


class RunSides:
    """Opens runs."""

    def __init__(self, runs: Runs, run_models: RunModels, rest: Rest) -> None:
        self._runs = runs
        self._run_models = run_models
        self._rest = rest

    def open(self, actor: Actor, subject: str) -> Side:
        """The run of which *subject* is ``run:ID``.

        Raises:
            RunNotFound: there is none.
        """
        run = self._runs.recorded(actor, subject.removeprefix("run:"))
        try:
            model: LoggedModel | None = self._run_models.model_of(run)
        except (NothingToPublish, TrackingUnavailable):
            model = None
        origin = {"notebook": run.tags.get(NOTEBOOK_TAG), "cell": run.tags.get(CELL_TAG), "git": git_of(run)}
        return Side(
            subject=subject,
            kind="run",
            id=run.id,
            revision="",
            commit=None,
            title=run.name or run.id[:8],
            source=_Logged(self._rest, model),
            metrics=[
                Measured(name, value, None, None, source="run")
                for name, value in run.metrics.items()
                if value is not None
            ],
            provenance={name: value for name, value in origin.items() if value},
            parameters=run.params,
        )


class _Logged:
    """The files of a logged model; each is read once."""

    def __init__(self, rest: Rest, model: LoggedModel | None) -> None:
        self._rest = rest
        self._model = model
        self._read: dict[str, bytes] = {}
        self._paths: dict[str, str] = {}
        self.files: Mapping[str, Kept] = dict(self._listed()) if model is not None else {}

    def span(self, path: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes of a file from *start* up to *end*.

        Raises:
            BadInput: the file is too large to be read through MLflow.
        """
        if self.files[path].size > LARGEST:
            raise BadInput("too large to be read through MLflow; publish the run to compare its weights")
        yield self._content(path)[start:end]

    def chunks(self, path: str) -> Iterable[tuple[bytes, int]]:  # noqa: ARG002 -- MLflow knows none
        """None are known."""
        return ()

    def _listed(self) -> Iterator[tuple[str, Kept]]:
        assert self._model is not None
        for artifact in self._model.files(self._rest):
            path = self._model.name_of(artifact)
            self._paths[path] = artifact.path
            if artifact.size_bytes <= _HASHED:
                name = hashlib.sha256(self._content(path)).hexdigest()
            else:
                name = json.dumps([self._model.listing, self._model.names, artifact.path, artifact.size_bytes])
            yield path, Kept(artifact.size_bytes, name)

    def _content(self, path: str) -> bytes:
        assert self._model is not None
        if path not in self._read:
            self._read[path] = b"".join(self._model.read(self._rest, self._paths[path]))
        return self._read[path]
