"""A run as one side of a comparison: its metrics, parameters and packages, the model that it logged, its other files.

Built as ``RunSides(runs, run_models, rest)``. MLflow gives files whole: only files up to `LARGEST` are read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ..errors import BadInput, NothingToPublish, TrackingUnavailable
from ..models.diff.sides import Kept, Side
from ..models.metrics import Measured
from .recorded import CELL_TAG, NOTEBOOK_TAG, legacy_models
from .rest import API
from .run_models import LoggedModel, git_of

if TYPE_CHECKING:
    from ..access import Actor
    from .recorded import Recorded
    from .rest import Rest
    from .run_models import Artifact, RunModels
    from .runs import Runs

LARGEST = 64 << 20
MOST_FILES = 1000
"""Of more, the rest is not compared."""
_HASHED = 1 << 20
_MOST_HASHED = 200
"""Files up to this size, and so many of them, are read when the side is opened: the same bytes are the same file."""
_ARTIFACTS = "artifacts/"


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
        origin = {"notebook": run.tags.get(NOTEBOOK_TAG), "cell": run.tags.get(CELL_TAG), "git": git_of(run)}
        title = run.name or run.id[:8]
        source = _Logged(self._rest, self._folders(run))
        return Side(
            subject=subject,
            kind="run",
            id=run.id,
            revision="",
            commit=None,
            title=title,
            source=source,
            metrics=[Measured(name, float(value), None, None, source="run") for name, value in run.metrics.items()],
            provenance={name: value for name, value in origin.items() if value},
            parameters=run.params,
            notes=[f"{title}: {why}" for why in source.left_out],
        )

    def _folders(self, run: Recorded) -> list[_Folder]:
        """The newest model that the run logged, and beside it the files that it logged."""
        own = LoggedModel(f"{API}/artifacts/list", "/get-artifact", "", "path", "path", {"run_id": run.id})
        older = tuple(f"{path}/" for path in legacy_models(run))
        beside = _Folder(own, _ARTIFACTS, older)
        try:
            return [_Folder(self._run_models.model_of(run)), beside]
        except (NothingToPublish, TrackingUnavailable):
            return [beside]


@dataclass(frozen=True, slots=True)
class _Folder:
    """Files that MLflow keeps together, and what is put in front of their paths."""

    files: LoggedModel
    before: str = ""
    passed_over: tuple[str, ...] = ()
    """What lies below these paths is shown elsewhere."""

    def listed(self, rest: Rest) -> Iterator[tuple[str, _File]]:
        """The files by path."""
        for artifact in self.files.files(rest):
            if not artifact.path.startswith(self.passed_over or ("\0",)):
                yield self.before + self.files.name_of(artifact), _File(self.files, artifact)


@dataclass(frozen=True, slots=True)
class _File:
    """Where a file is read."""

    folder: LoggedModel
    artifact: Artifact


class _Logged:
    """The files of a run; each is read once."""

    def __init__(self, rest: Rest, folders: Sequence[_Folder]) -> None:
        self._rest = rest
        self._read: dict[str, bytes] = {}
        self._found: dict[str, _File] = {}
        self.left_out: list[str] = []
        """Why not all of its files are here."""
        self.files: Mapping[str, Kept] = dict(self._listed(folders))

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

    def _listed(self, folders: Sequence[_Folder]) -> Iterator[tuple[str, Kept]]:
        try:
            listed = list(islice((one for folder in folders for one in folder.listed(self._rest)), MOST_FILES + 1))
        except TrackingUnavailable as error:
            listed = []
            self.left_out.append(f"its files cannot be read: {error}")
        if len(listed) > MOST_FILES:
            self.left_out.append(f"only {MOST_FILES:,} of its files are compared")
        for path, file in listed[:MOST_FILES]:
            self._found[path] = file
            yield path, Kept(file.artifact.size_bytes, self._name(path, file))

    def _name(self, path: str, file: _File) -> str:
        """What names the content of a file."""
        if file.artifact.size_bytes <= _HASHED and len(self._read) < _MOST_HASHED:
            return hashlib.sha256(self._content(path)).hexdigest()
        return json.dumps([file.folder.listing, file.folder.names, file.artifact.path, file.artifact.size_bytes])

    def _content(self, path: str) -> bytes:
        if path not in self._read:
            file = self._found[path]
            self._read[path] = b"".join(file.folder.read(self._rest, file.artifact.path))
        return self._read[path]
