"""What crosses to the panel and to the notebook API.

``scripts/wire`` writes ``schema/wire.json`` and ``src/api/wire.ts`` from these structs. JSON is camelCase, times are
ISO 8601 in UTC, sizes are bytes. Requests may have defaults and refuse unknown fields; replies have no defaults.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec


class Reply(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Something that the server says."""


class Request(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Something that the server is asked."""


Visibility = Literal["public", "private"]


# ── people ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Me(Reply, frozen=True, kw_only=True):
    """Who is logged in."""

    name: str
    display_name: str


class Problem(Reply, frozen=True, kw_only=True):
    """Why a request was refused; ``code`` is the error's class name."""

    code: str
    message: str


# ── models ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Metric(Reply, frozen=True, kw_only=True):
    """One number that says how good a version is."""

    name: str
    value: float
    dataset: str | None
    split: str | None
    higher_is_better: bool | None
    change: float | None
    """Difference to the same metric of the version before; null where there is none."""


class Author(Reply, frozen=True, kw_only=True):
    """Somebody who made a version; ``role`` tells how: published it, or edited its notebook."""

    name: str
    display_name: str


class Version(Reply, frozen=True, kw_only=True):
    """A tagged commit of a model."""

    tag: str
    commit: str
    message: str
    author: Author
    created_at: datetime
    run_id: str | None
    metrics: list[Metric]
    size_bytes: int


class ModelSummary(Reply, frozen=True, kw_only=True):
    """A model as a list or a search hit shows it."""

    id: str
    namespace: str
    name: str
    summary: str
    """First sentence of the card, plain text; empty where there is none."""
    visibility: Visibility
    mine: bool
    owner: str
    task: str | None
    library: str | None
    license: str | None
    tags: list[str]
    size_bytes: int
    parameters: int | None
    downloads: int
    latest: str | None
    """Tag of the newest version."""
    metrics: list[Metric]
    """Of the newest version."""
    updated_at: datetime


class ModelList(Reply, frozen=True, kw_only=True):
    """A page of models, newest first."""

    models: list[ModelSummary]
    total: int


Safety = Literal["safe", "caution", "unsafe", "unscanned"]


class FileEntry(Reply, frozen=True, kw_only=True):
    """A file of a revision."""

    path: str
    size_bytes: int
    digest: str
    """SHA-256 for blobs, git's SHA-1 for small text files."""
    is_blob: bool
    safety: Safety
    safety_note: str
    url: str
    """Path below the server's base URL from which the bytes come."""


class FileList(Reply, frozen=True, kw_only=True):
    """All files of a revision."""

    revision: str
    commit: str
    files: list[FileEntry]


class Card(Reply, frozen=True, kw_only=True):
    """The README.md of a revision: Markdown without its front matter, and the front matter as JSON."""

    revision: str
    markdown: str
    metadata: dict[str, object]


class VersionList(Reply, frozen=True, kw_only=True):
    """All versions of a model, newest first."""

    versions: list[Version]


class Provenance(Reply, frozen=True, kw_only=True):
    """How a version was made, as far as it is known."""

    run_id: str | None
    notebook: str | None
    cell: str | None
    git: dict[str, object] | None
    """Commit, branch, remote and uncommitted changes of the project that the notebook lives in."""
    python: str | None
    packages: dict[str, str]


class ModelPage(Reply, frozen=True, kw_only=True):
    """What the model page opens with."""

    model: ModelSummary
    card: Card
    files: FileList
    versions: list[Version]
    provenance: Provenance | None
    load_code: str
    """The cell that *Load* inserts."""


class BlobsAsked(Request, frozen=True, kw_only=True):
    """Which of these blobs does the store lack?"""

    digests: list[str]


class BlobsMissing(Reply, frozen=True, kw_only=True):
    """The asked blobs that must be sent."""

    digests: list[str]


class PublishedFile(Request, frozen=True, kw_only=True):
    """A file of a publication; its bytes were sent as a blob before."""

    path: str
    digest: str
    size_bytes: int


class MetricGiven(Request, frozen=True, kw_only=True):
    """A metric as the publisher states it."""

    name: str
    value: float
    dataset: str | None = None
    split: str | None = None


class PublicationRequest(Request, frozen=True, kw_only=True):
    """Make a version of a model from files that the store has."""

    files: list[PublishedFile]
    message: str = ""
    tag: str | None = None
    """Name of the version; null: the next running number, v1, v2 …"""
    visibility: Visibility = "public"
    metrics: list[MetricGiven] = []
    parameters: dict[str, str] = {}
    run_id: str | None = None
    license: str | None = None
    task: str | None = None
    library: str | None = None
    summary: str = ""
    tags: list[str] = []
    provenance: dict[str, object] = {}
    """What the notebook API found out about notebook, cell, git and environment."""


class Publication(Reply, frozen=True, kw_only=True):
    """A version that was just made."""

    repo_id: str
    revision: str
    """The commit."""
    tag: str
    url: str
    """Where a browser opens the model's page."""
    version: Version


# ── search ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Constraint(Reply, frozen=True, kw_only=True):
    """A condition that was read from the sentence."""

    key: str
    """Its form in the filter language, 'size<=100000000'; names it in a request that leaves it out (``without=``)."""
    field: str
    text: str
    """As the user reads it: 'under 100 MB'."""
    met: bool
    """False where no hit meets it."""
    guessed: bool
    """True where no word of the sentence says it; it then prefers and does not exclude."""
    alternatives: list[str]
    """What it could have meant as well, likeliest first, in the filter language: 'task:summarization'."""


class Hit(Reply, frozen=True, kw_only=True):
    """A model that was found, and why."""

    model: ModelSummary
    score: float
    why: list[str]
    source: str
    """'hub' for this hub's own models, else the name of the upstream catalogue."""
    url: str | None
    """The public page of a model that is not on this hub."""


class SearchReply(Reply, frozen=True, kw_only=True):
    """The answer to a search, best hit first."""

    query: str
    hits: list[Hit]
    constraints: list[Constraint]
    total: int
    took_ms: float


# ── experiments ───────────────────────────────────────────────────────────────────────────────────────────────────

RunStatus = Literal["running", "finished", "failed", "killed", "lost"]


class Run(Reply, frozen=True, kw_only=True):
    """An MLflow run as the table shows it."""

    id: str
    name: str
    experiment: str
    status: RunStatus
    user: str
    started_at: datetime
    ended_at: datetime | None
    notebook: str | None
    cell: str | None
    metrics: dict[str, float | None]
    """Newest value by name; null for NaN and infinity, which JSON cannot hold."""
    params: dict[str, str]
    has_model: bool


class RunList(Reply, frozen=True, kw_only=True):
    """Newest runs first."""

    runs: list[Run]
    state: TrackingState


class Point(Reply, frozen=True, kw_only=True):
    """One logged value."""

    step: int
    at: datetime
    value: float | None


class RunPage(Reply, frozen=True, kw_only=True):
    """A run with the history of its metrics."""

    run: Run
    history: dict[str, list[Point]]


class TrackingState(Reply, frozen=True, kw_only=True):
    """How the MLflow server is."""

    state: Literal["off", "starting", "ready", "failed"]
    detail: str
    """Empty when ready or off; else what is happening or what went wrong."""


class RunPublication(Request, frozen=True, kw_only=True):
    """Publish the model that a run logged."""

    repo_id: str
    message: str = ""
    tag: str | None = None
    visibility: Visibility = "public"
    license: str | None = None


# ── jobs ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Job(Reply, frozen=True, kw_only=True):
    """Long work and how far it is."""

    id: str
    kind: str
    title: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: float
    """0 to 1."""
    detail: str
    """What is being done now, or why it failed."""
    result: Publication | None
    owner: str


class JobList(Reply, frozen=True, kw_only=True):
    """Newest jobs first."""

    jobs: list[Job]


# ── events ────────────────────────────────────────────────────────────────────────────────────────────────────────


class ModelChanged(Reply, frozen=True, kw_only=True, tag_field="type", tag="model"):
    """A model was made or has a new commit; everyone's panel shows it."""

    model: ModelSummary
    by: Author
    tag: str | None


class ModelDeleted(Reply, frozen=True, kw_only=True, tag_field="type", tag="modelDeleted"):
    """A model is gone."""

    id: str


class RunChanged(Reply, frozen=True, kw_only=True, tag_field="type", tag="run"):
    """A run began, ended, or logged something."""

    run: Run


class RunDeleted(Reply, frozen=True, kw_only=True, tag_field="type", tag="runDeleted"):
    """A run is gone."""

    id: str


class JobChanged(Reply, frozen=True, kw_only=True, tag_field="type", tag="job"):
    """A job moved on; sent to its owner only."""

    job: Job


class TrackingChanged(Reply, frozen=True, kw_only=True, tag_field="type", tag="tracking"):
    """The MLflow server came or went."""

    state: TrackingState


Event = ModelChanged | ModelDeleted | RunChanged | RunDeleted | JobChanged | TrackingChanged
"""One message of ``hubcollab/api/events``."""
