"""From a run to a published model: takes the model that the run logged out of MLflow and makes a version of it.

Built by ``RunModels(runs, rest, models.held, models.publications, jobs)``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from ..access import Actor, require_scope
from ..errors import NothingToPublish
from ..jobs import Jobs, Progress
from ..models.held import Held
from ..models.publications import Publications
from ..names import Digest, repo_id
from ..wire import Job, MetricGiven, Publication, PublicationRequest, PublishedFile, RunPublication
from .recorded import AMBIENT, CELL_TAG, GIT_TAG, NOTEBOOK_TAG, Recorded, energy_of, legacy_models
from .rest import API, PAGES_API, Rest
from .runs import Runs

COPYING = 0.9
"""Share of the work that is copying files; the rest is making the version."""
READY = "LOGGED_MODEL_READY"
_PINNED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;#]+)")


@dataclass(frozen=True)
class Artifact:
    """A file of a model in MLflow."""

    path: str
    size_bytes: int


@dataclass(frozen=True)
class LoggedModel:
    """Where a model's files are: the routes by which they are listed and read, and the parameters that name it."""

    listing: str
    reading: str
    folder: str
    folder_name: str
    file_name: str
    names: dict[str, str]

    def files(self, rest: Rest, folder: str | None = None) -> Iterator[Artifact]:
        """All files, folders opened."""
        where = self.folder if folder is None else folder
        params = self.names | ({self.folder_name: where} if where else {})
        for entry in rest.get(self.listing, **params).get("files", []):
            if entry.get("is_dir"):
                yield from self.files(rest, str(entry["path"]))
            else:
                yield Artifact(str(entry["path"]), int(entry.get("file_size") or 0))

    def read(self, rest: Rest, path: str) -> Iterator[bytes]:
        """The bytes of a file."""
        return rest.stream(self.reading, **self.names, **{self.file_name: path})

    def name_of(self, artifact: Artifact) -> str:
        """The file's path inside the model."""
        return artifact.path.removeprefix(self.folder).removeprefix("/") if self.folder else artifact.path


class RunModels:
    """Publishes what runs logged."""

    def __init__(self, runs: Runs, rest: Rest, held: Held, publications: Publications, jobs: Jobs) -> None:
        self._runs = runs
        self._rest = rest
        self._held = held
        self._publications = publications
        self._jobs = jobs

    def publish(self, actor: Actor, run_id: str, request: RunPublication) -> Job:
        """Begin to make a version from the newest model of a run.

        Raises:
            BadName: the repo id is none.
            RunNotFound: there is no such run.
            NothingToPublish: the run logged no model.
        """
        require_scope(actor, "write")
        repo = repo_id(request.repo_id)
        run = self._runs.recorded(actor, run_id)
        model = self.model_of(run)

        def work(progress: Progress) -> Publication:
            files, packages = self._copy(actor, model, progress)
            progress(COPYING, "making the version")
            return self._publications.publish(actor, repo, _request(run, request, files, packages))

        return self._jobs.start(actor, "publish", f"Publish {run.name or run.id[:8]} as {repo}", work)

    def request_of(
        self, actor: Actor, run_id: str, files: list[PublishedFile], registered: dict[str, str | None]
    ) -> PublicationRequest:
        """What a run knows of a model whose *files* were sent, as a publication; *registered* says how it was asked.

        Raises:
            RunNotFound: there is no such run.
        """
        run = self._runs.recorded(actor, run_id)
        made = _request(run, RunPublication(repo_id=""), files, {})
        return msgspec.structs.replace(made, provenance={**made.provenance, "registered": registered})

    def model_of(self, run: Recorded) -> LoggedModel:
        """Where the newest model of a run is.

        Raises:
            NothingToPublish: the run logged none.
        """
        asked = {
            "experiment_ids": [run.experiment_id],
            "filter": f"source_run_id = '{run.id}'",
            "order_by": [{"field_name": "creation_timestamp", "ascending": False}],
            "max_results": 20,
        }
        found = self._rest.post(f"{API}/logged-models/search", asked).get("models", [])
        ready = [model["info"]["model_id"] for model in found if model.get("info", {}).get("status") == READY]
        if ready:
            files = f"{PAGES_API}/logged-models/{ready[0]}/artifacts"
            return LoggedModel(
                f"{files}/directories", f"{files}/files", "", "artifact_directory_path", "artifact_file_path", {}
            )
        for path in legacy_models(run):
            return LoggedModel(f"{API}/artifacts/list", "/get-artifact", path, "path", "path", {"run_id": run.id})
        raise NothingToPublish(
            f"the run '{run.name or run.id}' logged no model; log one, as in "
            "mlflow.sklearn.log_model(model, name='model'), or publish it from the cell: hub.publish(model, …)"
        )

    def _copy(self, actor: Actor, model: LoggedModel, progress: Progress) -> tuple[list[PublishedFile], dict[str, str]]:
        artifacts = list(model.files(self._rest))
        if not artifacts:
            raise NothingToPublish("the run's model has no files; log it again")
        total = sum(artifact.size_bytes for artifact in artifacts) or 1
        done = 0
        files: list[PublishedFile] = []
        packages: dict[str, str] = {}
        for artifact in artifacts:
            path = model.name_of(artifact)
            progress(COPYING * done / total, f"copying {path}")
            file, head = self._keep(actor, path, model.read(self._rest, artifact.path), progress)
            done += file.size_bytes
            files.append(file)
            if path == "requirements.txt":
                packages = pinned(head)
        return files, packages

    def _keep(
        self, actor: Actor, path: str, chunks: Iterator[bytes], progress: Progress
    ) -> tuple[PublishedFile, bytes]:
        """Store a file; what it is called in a publication, and its first megabyte."""
        incoming = self._held.incoming()
        sha256 = hashlib.sha256()
        head, size = b"", 0
        try:
            for chunk in chunks:
                progress.check()
                incoming.write(chunk)
                sha256.update(chunk)
                head, size = head or chunk, size + len(chunk)
            digest = Digest(sha256.hexdigest())
            self._held.finish(actor, incoming, digest)
        finally:
            incoming.abort()
        return PublishedFile(path=path, digest=digest, size_bytes=size), head


def pinned(requirements: bytes) -> dict[str, str]:
    """The packages that a requirements.txt pins to a version."""
    lines = requirements.decode(errors="replace").splitlines()
    return {found[1]: found[2] for line in lines if (found := _PINNED.match(line.strip()))}


def _request(
    run: Recorded, request: RunPublication, files: list[PublishedFile], packages: dict[str, str]
) -> PublicationRequest:
    """What the run knows of its model, as a publication."""
    measured = {
        name: value
        for name, value in run.metrics.items()
        if not isinstance(value, str) and not name.startswith(AMBIENT)
    }
    provenance: dict[str, object] = {
        "notebook": run.tags.get(NOTEBOOK_TAG),
        "cell": run.tags.get(CELL_TAG),
        "git": git_of(run),
        "experiment": run.experiment,
        "run_name": run.name,
        "packages": packages,
        "energy": msgspec.to_builtins(energy_of(run)),
    }
    return PublicationRequest(
        files=files,
        message=request.message or f"From the run {run.name or run.id}",
        tag=request.tag,
        visibility=request.visibility,
        metrics=[MetricGiven(name=name, value=value) for name, value in measured.items()],
        parameters=run.params,
        run_id=run.id,
        license=request.license,
        provenance={name: value for name, value in provenance.items() if value},
    )


def git_of(run: Recorded) -> dict[str, object] | None:
    """State of the user's project when the run began."""
    try:
        git = json.loads(run.tags.get(GIT_TAG) or "null")
    except ValueError:
        return None
    return git if isinstance(git, dict) else None
