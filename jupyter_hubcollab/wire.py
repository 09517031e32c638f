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


MetricSource = Literal["card", "run", "evaluation"]


class Metric(Reply, frozen=True, kw_only=True):
    """One number that says how good a version is."""

    name: str
    value: float
    dataset: str | None
    split: str | None
    unit: str | None
    source: MetricSource
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
    authors: list[Author]
    """All who had a hand in it: who published, co-authors of the commit, and those whom the record names."""
    parent: str | None
    """The version that it continues: the nearest one among its ancestors."""
    base_models: list[str]
    """Models that it was made from, as its card says."""
    datasets: list[str]
    aliases: list[str]
    """Those that lead to it."""
    deprecated: Deprecation | None


class Deprecation(Reply, frozen=True, kw_only=True):
    """Why a version should not be used any more."""

    reason: str
    instead: str | None
    """The version to take."""
    by: str
    at: datetime


class DeprecationRequest(Request, frozen=True, kw_only=True):
    """Warn whoever loads a version."""

    reason: str
    instead: str | None = None


class RollbackRequest(Request, frozen=True, kw_only=True):
    """Go back to a version: let an alias lead to it again, or without one make a new version with its files."""

    tag: str
    alias: str | None = None
    message: str = ""


class Rollback(Reply, frozen=True, kw_only=True):
    """What came of it."""

    alias: str | None
    before: str | None
    """The version to which the alias led."""
    tag: str
    """To which the alias leads now, or of the new version."""
    version: Version | None


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
    deprecated: str | None
    """Why the newest version should not be used any more."""
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
    warning: str | None
    """What to tell whoever loads this revision: that the version is deprecated, and why."""


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
    unit: str | None = None
    higher_is_better: bool | None = None
    """Null: as the name of the metric tells."""


class PublicationRequest(Request, frozen=True, kw_only=True):
    """Make a version of a model from files that the store has."""

    files: list[PublishedFile]
    message: str = ""
    tag: str | None = None
    """Name of the version; null: the next number, v1, v2 … or v1.0.0, v1.1.0 … as the setting says."""
    bump: Literal["major", "minor", "patch"] = "minor"
    """Which part of a semantic number grows."""
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


class Keep(Request, frozen=True, kw_only=True):
    """Which checkpoints of a run stay: the last ones, the best ones, and every so many steps."""

    last: int = 3
    best: int = 1
    every: int = 0
    """Steps; 0: none for this reason."""
    metric: str | None = None
    """What is best; null: the first metric."""
    lowest: bool | None = None
    """Is the lowest value the best? Null: what the metric's name says."""


class CheckpointRequest(Request, frozen=True, kw_only=True):
    """Keep the state of a model at a step of a run; the files were sent as blobs before."""

    run_id: str
    step: int
    files: list[PublishedFile]
    deltas: list[CheckpointDelta] = []
    """Of the files that hold only what changed."""
    metrics: dict[str, float] = {}
    keep: Keep = Keep()
    private: bool = False


class CheckpointDelta(Request, frozen=True, kw_only=True):
    """A file of a checkpoint that holds what changed since an earlier content."""

    path: str
    whole: str
    """SHA-256 of what comes out."""
    base: str
    """SHA-256 of what it changes, which a checkpoint of the run has."""


class Checkpoint(Reply, frozen=True, kw_only=True):
    """The state of a model at a step of a run."""

    run_id: str
    step: int
    at: datetime
    metrics: dict[str, float]
    files: list[CheckpointFile]


class CheckpointFile(Reply, frozen=True):
    """A file of a checkpoint."""

    path: str
    digest: str
    size_bytes: int
    whole: str
    """SHA-256 of its content; another than *digest* where the file holds only what changed."""
    base: str | None
    """SHA-256 of the content that it changes."""


class CheckpointList(Reply, frozen=True, kw_only=True):
    """The checkpoints of a run, by step."""

    checkpoints: list[Checkpoint]
    bases: list[CheckpointFile]
    """Files of checkpoints that are not kept, which others need to be whole."""


class Promotion(Request, frozen=True, kw_only=True):
    """Make a version of a checkpoint."""

    message: str = ""
    tag: str | None = None


class VersionRegistration(Request, frozen=True, kw_only=True):
    """Make a version as ``mlflow.register_model`` asks; the files were sent as blobs before."""

    name: str
    files: list[PublishedFile]
    source: str
    run_id: str | None = None
    run_link: str | None = None
    model_id: str | None = None
    description: str | None = None
    tags: dict[str, str] = {}


class Publication(Reply, frozen=True, kw_only=True):
    """A version that was just made."""

    repo_id: str
    revision: str
    """The commit."""
    tag: str
    url: str
    """Where a browser opens the model's page."""
    version: Version


# ── differences, and how numbers went ──────────────────────────────────────────────────────────────────────────────


class Interval(Reply, frozen=True, kw_only=True):
    """Between which bounds a metric changed, from the results by example that both sides have."""

    low: float
    high: float
    confidence: float
    """0.95."""
    examples: int
    better: int
    """Examples whose score rose."""
    worse: int


NotFinite = Literal["NaN", "Infinity", "-Infinity"]
"""What JSON cannot hold of numbers, in the words of MLflow."""

Verdict = Literal["better", "worse", "same", "unclear", "unknown"]
"""Unclear: the interval has zero in it. Unknown: nobody said which direction is good, or one side has no number."""


class MetricDiff(Reply, frozen=True, kw_only=True):
    """A metric on both sides."""

    name: str
    dataset: str | None
    split: str | None
    unit: str | None
    higher_is_better: bool | None
    before: float | NotFinite | None
    after: float | NotFinite | None
    change: float | None
    verdict: Verdict
    interval: Interval | None
    """Null where there are no results by example; the verdict is then that of the bare numbers."""
    is_regression: bool
    """Worse, and the interval says that it is no chance."""


class MetricPoint(Reply, frozen=True, kw_only=True):
    """A metric of a version."""

    tag: str
    commit: str
    at: datetime
    value: float
    change: float | None
    """Against the version before that has it."""
    source: MetricSource
    interval: Interval | None
    """Of the change, from results by example; null where there are none."""
    is_regression: bool
    """Worse, and the interval says that it is no chance."""


class MetricSeries(Reply, frozen=True, kw_only=True):
    """A metric on one data set over the versions, the oldest first."""

    name: str
    dataset: str | None
    split: str | None
    unit: str | None
    higher_is_better: bool | None
    points: list[MetricPoint]


class MetricHistory(Reply, frozen=True, kw_only=True):
    """How the numbers of a model went."""

    series: list[MetricSeries]
    pending: int
    """Intervals that were not worked out yet; ask again."""


class DiffSide(Reply, frozen=True, kw_only=True):
    """What is compared."""

    subject: str
    """As it is asked for: team/digits@v1, run:0123…"""
    kind: Literal["model", "dataset", "space", "run"]
    id: str
    revision: str
    commit: str | None
    title: str


class FieldDiff(Reply, frozen=True, kw_only=True):
    """Something that one side says, or both; null where it does not."""

    section: Literal["card", "config", "environment", "data"]
    file: str
    name: str
    before: str | None
    after: str | None


class CellDiff(Reply, frozen=True, kw_only=True):
    """A cell of the notebook that differs, with its place on each side, from 0."""

    change: Literal["added", "removed", "changed"]
    kind: str
    before: int | None
    after: int | None
    lines: list[DiffLine]
    is_cut: bool
    outputs_changed: bool


class NotebookDiff(Reply, frozen=True, kw_only=True):
    """The notebooks of both sides, cell by cell."""

    path: str
    cells: list[CellDiff]
    unchanged: int


class PathDiff(Reply, frozen=True, kw_only=True):
    """A file that differs; a size is null where there is no such side."""

    path: str
    change: Literal["added", "removed", "changed"]
    before_bytes: int | None
    after_bytes: int | None


class TensorSide(Reply, frozen=True, kw_only=True):
    """A tensor on one side."""

    dtype: str
    shape: list[int]
    file: str


TensorChange = Literal["added", "removed", "reshaped", "retyped", "changed"]


class TensorDiff(Reply, frozen=True, kw_only=True):
    """A tensor that differs."""

    name: str
    change: TensorChange
    before: TensorSide | None
    after: TensorSide | None
    relative: float | None
    """‖after − before‖ / ‖before‖; null where it is not known, or no finite number."""
    largest: float | None
    """The largest absolute change of one number."""


class LayerDiff(Reply, frozen=True, kw_only=True):
    """The tensors of a layer together."""

    name: str
    tensors: int
    changed: int
    relative: float | None
    """Of those that changed; 0 where none did, null where it is not known."""


class TensorsDiff(Reply, frozen=True, kw_only=True):
    """The weights of both sides; ``measured`` is false until the numbers were read, which a job does for large ones."""

    measured: bool
    bytes_to_read: int
    added: int
    removed: int
    reshaped: int
    retyped: int
    changed: int
    """Those that were measured and moved; before that, those that may have."""
    unchanged: int
    tensors: list[TensorDiff]
    """Those that differ: the ones that moved farthest first, 2,000 at most."""
    layers: list[LayerDiff]
    """In the order of the files."""
    unread: list[str]
    """Weight files that could not be read, each with the reason."""


class ModelDiff(Reply, frozen=True, kw_only=True):
    """All that differs between two versions, branches, models or runs."""

    before: DiffSide
    after: DiffSide
    metrics: list[MetricDiff]
    fields: list[FieldDiff]
    field_count: int
    """More than there are in ``fields``, where they were too many."""
    notebook: NotebookDiff | None
    files: list[PathDiff]
    file_count: int
    tensors: TensorsDiff
    notes: list[str]
    """What could not be compared, and why."""


class WeightRecipe(Request, frozen=True, kw_only=True):
    """How weights are mixed."""

    method: Literal["linear", "slerp", "ties"] = "linear"
    shares: list[float] = []
    """Of each model; none: equal ones."""
    density: float = 0.5
    """TIES: which part of the changes is kept, the largest ones."""
    scale: float = 1.0
    """TIES: by what the mixed changes are multiplied."""


class WeightMergeRequest(Request, frozen=True, kw_only=True):
    """Mix the weights of branches or versions of a model, as a commit on the branch ``into``."""

    revisions: list[str]
    into: str
    base: str | None = None
    """The common origin; TIES needs it."""
    weights: WeightRecipe = WeightRecipe()
    message: str = ""


class ConflictPart(Reply, frozen=True, kw_only=True):
    """Neighbouring lines of a file in conflict; ``merged`` is null where both sides changed them differently."""

    merged: str | None
    base: str
    target: str
    pull: str


class ConflictFile(Reply, frozen=True, kw_only=True):
    """A file that the target and the pull request changed."""

    path: str
    is_text: bool
    in_target: bool
    in_pull: bool
    may_mix: bool
    """Weights of which both sides and the origin are there."""
    parts: list[ConflictPart]


class PullConflicts(Reply, frozen=True, kw_only=True):
    """What keeps a pull request from being merged, and the commits of which that is true."""

    head: str
    target: str
    target_head: str
    files: list[ConflictFile]


class SolvedFile(Request, frozen=True, kw_only=True):
    """What becomes of a file: the target's, the pull request's, a text, or for weights a mix of both."""

    path: str
    take: Literal["target", "pull", "text", "mixed"]
    text: str = ""


class PullSolution(Request, frozen=True, kw_only=True):
    """Solve the conflicts of a pull request, as they were looked at."""

    head: str
    target_head: str
    files: list[SolvedFile]
    weights: WeightRecipe = WeightRecipe()
    message: str = ""


class PullSolved(Reply, frozen=True, kw_only=True):
    """What came of it: a job that still mixes weights, or the page as it is now."""

    job: Job | None
    page: DiscussionPage | None


class DiffAsked(Request, frozen=True, kw_only=True):
    """Measure how far the tensors of two sides lie apart, as a job."""

    before: str
    after: str


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
    """What may be chosen in its place, in the filter language: 'task:summarization', 'size<=200000000'."""
    spoken: list[str]
    """The same as people read them, in that order."""


class Hit(Reply, frozen=True, kw_only=True):
    """A model that was found, and why."""

    model: ModelSummary
    score: float
    why: list[str]
    kind: RepoKind
    source: str
    """'hub' for this hub's own models, else the name of the upstream catalogue."""
    url: str | None
    """The public page of a model that is not on this hub."""


class MeaningUnread(Reply, frozen=True, kw_only=True):
    """How much of what was searched is found by words alone: its meaning is still being read."""

    unread: int
    total: int
    stopped: bool
    """It is not read any more: the embedding model cannot be used, and the log of the server says why."""


class SearchReply(Reply, frozen=True, kw_only=True):
    """The answer to a search, best hit first."""

    query: str
    hits: list[Hit]
    constraints: list[Constraint]
    total: int
    took_ms: float
    meaning: MeaningUnread | None
    """Null once the meaning of everything is read."""


class UpstreamHits(Reply, frozen=True, kw_only=True):
    """One line of the answer to a search in other hubs: what one of them found, or why it did not answer."""

    hits: list[Hit]
    silent: list[str]
    """Why a hub is not in it, for people."""
    waiting: list[str]
    """The hubs that have not answered yet."""


class TextAsked(Request, frozen=True, kw_only=True):
    """Find what is like a text: the text of a card, or the cells of a notebook."""

    text: str
    form: Literal["card", "code"] = "card"
    task: str | None = None
    """The task, where the asker knows it from the data in hand."""
    q: str = ""
    """What it must be besides, in words or in the filter language."""
    kind: RepoKind = "model"
    limit: int = 10
    source: str | None = None
    without: list[str] = []


class SavedSearch(Reply, frozen=True, kw_only=True):
    """A search that somebody keeps; nobody else sees it."""

    id: str
    name: str
    query: str
    kind: RepoKind
    source: str | None
    without: list[str]
    created_at: datetime
    fresh: list[Hit]
    """What matches now and did not when its owner last looked."""


class SavedSearchList(Reply, frozen=True, kw_only=True):
    """The searches that the asker keeps, the newest first."""

    searches: list[SavedSearch]


class NewSavedSearch(Request, frozen=True, kw_only=True):
    """Keep a search, and be told when something new matches."""

    query: str
    name: str = ""
    kind: RepoKind = "model"
    source: str | None = None
    without: list[str] = []


class CatalogueRow(Reply, frozen=True, kw_only=True):
    """All that search knows of a repo; the catalogue is streamed as one such object a line."""

    id: str
    kind: RepoKind
    source: str
    name: str
    visibility: Visibility
    summary: str
    task: str | None
    library: str | None
    license: str | None
    languages: list[str]
    datasets: list[str]
    metrics: list[tuple[str, float, str]]
    """Name, value, dataset."""
    tags: list[str]
    parameters: int | None
    size_bytes: int | None
    dtype: str | None
    architecture: str | None
    base_model: str | None
    downloads: int
    likes: int
    stars: float | None
    reviews: int
    safety: str | None
    latest: str | None
    updated_at: datetime | None
    url: str | None
    body: str | None
    """The text of the card; null unless it was asked for."""
    cursor: str
    """``after=`` this one the rest follows."""


class Compared(Reply, frozen=True, kw_only=True):
    """One of the repos that are compared."""

    hit: Hit
    languages: list[str]
    datasets: list[str]
    architecture: str | None
    dtype: str | None
    base_model: str | None
    likes: int
    safety: str | None
    stars: float | None
    reviews: int


class ComparedList(Reply, frozen=True, kw_only=True):
    """Repos side by side, in the order in which they were named."""

    compared: list[Compared]


class Review(Reply, frozen=True, kw_only=True):
    """What somebody says of a version."""

    version: str
    """A tag; empty where the repo has no versions."""
    author: Author
    mine: bool
    stars: int
    text: str
    """Plain text."""
    task: str | None
    """For which it was used."""
    created_at: datetime
    updated_at: datetime


class ReviewList(Reply, frozen=True, kw_only=True):
    """The reviews of a repo, the newest first."""

    reviews: list[Review]
    mean: float | None
    counts: list[int]
    """How many gave one star, two, three, four, five."""
    may_review: bool
    may_remove: bool
    """May the asker remove what others wrote?"""


class ReviewText(Request, frozen=True, kw_only=True):
    """The asker's own review of a version, in place of an earlier one."""

    stars: int
    text: str = ""
    task: str | None = None
    version: str | None = None
    """Null: the newest."""


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
    metrics: dict[str, float | NotFinite]
    """Newest value by name."""
    params: dict[str, str]
    has_model: bool
    kernel: str | None
    """The kernel in which it runs or ran; a running one can be stopped there."""
    step: int | None
    """The highest step of its metrics."""
    progress: float | None
    """0 to 1, where the run says how many steps there will be."""
    warnings: list[RunWarning]
    stopped_by: str | None
    note: str
    """Markdown; MLflow shows it, too."""
    energy: RunEnergy | None


class RunEnergy(Reply, frozen=True, kw_only=True):
    """What a run took of energy: an estimate."""

    kwh: float
    co2_g: float
    """Grams of CO₂ and what has the same effect."""
    source: str
    """Who estimated it."""
    country: str
    """Three letters; whose power it was."""
    hardware: str


class RunWarning(Reply, frozen=True, kw_only=True):
    """Something that should worry whoever looks at a run."""

    kind: Literal["notFinite", "diverging", "stalled"]
    metric: str
    step: int
    """Where it began: the first NaN, the newest value, the best value."""


class RunColumns(Reply, frozen=True, kw_only=True):
    """The names that the runs have."""

    metrics: list[str]
    params: list[str]


class RunList(Reply, frozen=True, kw_only=True):
    """A page of runs, in the order that was asked for."""

    runs: list[Run]
    state: TrackingState
    total: int
    offset: int
    columns: RunColumns


class RunSeries(Reply, frozen=True, kw_only=True):
    """The values of one metric of one run."""

    run: str
    metric: str
    points: list[Point]


class RunSeriesList(Reply, frozen=True, kw_only=True):
    """Series for a chart."""

    series: list[RunSeries]


class RunGroup(Reply, frozen=True, kw_only=True):
    """Runs that have a value in common."""

    value: str | None
    runs: int
    mean: float | None
    """Of the chosen metric, as are the others."""
    low: float | None
    high: float | None


class RunGroups(Reply, frozen=True, kw_only=True):
    """Groups of runs, the largest first."""

    by: str
    metric: str | None
    groups: list[RunGroup]


class RunArtifact(Reply, frozen=True, kw_only=True):
    """A file or folder that a run logged."""

    path: str
    is_dir: bool
    size_bytes: int | None


class RunArtifacts(Reply, frozen=True, kw_only=True):
    """What lies in a folder of a run's artifacts."""

    path: str
    entries: list[RunArtifact]


class ArtifactPreview(Reply, frozen=True, kw_only=True):
    """An artifact as the run's page shows it; never more than fits a screen or two."""

    path: str
    kind: Literal["text", "table", "image", "binary"]
    text: str
    columns: list[str]
    rows: list[list[str]]
    truncated: bool
    size_bytes: int
    url: str
    """Path below the server's base URL from which the bytes come."""


class NotebookCell(Reply, frozen=True, kw_only=True):
    """A cell without its outputs."""

    id: str
    kind: str
    """'code', 'markdown' or 'raw'."""
    source: str


class PastPoint(Reply, frozen=True, kw_only=True):
    """Where a document is in its history."""

    number: int | None
    """Of the newest edit; null where nobody has it open."""


class RunNotebook(Reply, frozen=True, kw_only=True):
    """The notebook of a run as it was when the run began."""

    path: str
    number: int
    """Of the last edit before the run."""
    cell: str | None
    """The one that made the run."""
    changed: bool
    """Was it edited since?"""
    cells: list[NotebookCell]


class RunNote(Request, frozen=True, kw_only=True):
    """What people say about a run."""

    text: str


class Point(Reply, frozen=True, kw_only=True):
    """One logged value."""

    step: int
    at: datetime
    value: float | NotFinite


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


class UpkeepRequest(Request, frozen=True, kw_only=True):
    """Work on the whole hub, for its operator."""

    task: Literal["fsck", "gc", "reindex", "backup"]
    deep: bool = False
    """fsck: read every byte, too."""
    grace_hours: float = 24
    """gc: what is younger stays."""
    dry: bool = False
    """gc: only count what would go."""
    folder: str = ""
    """backup: where to, as the server's machine knows it."""
    keep: int | None = None
    """backup: forget all but so many snapshots."""


class UpkeepFinding(Reply, frozen=True, kw_only=True):
    """Something that is not as it should be."""

    repo: str
    """Kind and id; empty where it is not about one repo."""
    what: str


class UpkeepReport(Reply, frozen=True, kw_only=True):
    """What came of it."""

    findings: list[UpkeepFinding]
    numbers: dict[str, int]
    snapshot: str
    """Name of the snapshot that a backup made."""


class UpkeepState(Reply, frozen=True, kw_only=True):
    """How far it is."""

    job: Job
    report: UpkeepReport | None
    """When it is done."""


# ── repos of every kind ───────────────────────────────────────────────────────────────────────────────────────────

RepoKind = Literal["model", "dataset", "space"]
Permission = Literal["read", "write", "admin"]


class RepoHead(Reply, frozen=True, kw_only=True):
    """What is known of a repo before one looks into it; ``may``: what the asker may do with it."""

    kind: RepoKind
    id: str
    namespace: str
    name: str
    owner: str
    visibility: Visibility
    gated: Literal["off", "auto", "manual"]
    may: Permission
    size_bytes: int
    downloads: int
    likes: int
    created_at: datetime
    updated_at: datetime


class RepoList(Reply, frozen=True, kw_only=True):
    """A page of repos, the last changed first."""

    repos: list[RepoHead]
    total: int


class ModelAbout(Reply, frozen=True, kw_only=True):
    """What the page of a model shows besides what every repo has."""

    summary: ModelSummary
    versions: list[Version]
    provenance: Provenance | None
    load_code: str
    """The cell that *Load* inserts."""


CardFieldKind = Literal["text", "list", "object"]
CardChoices = Literal["licenses", "tasks", "languages", "libraries", "datasets", "models"]


class CardField(Reply, frozen=True, kw_only=True):
    """A field of a card's front matter, as a form shows it."""

    name: str
    title: str
    why: str
    """What a reader gets from it."""
    weight: int
    kind: CardFieldKind
    choices: CardChoices | None
    hint: str


class CardSection(Reply, frozen=True, kw_only=True):
    """A section that the text of a card should have."""

    name: str
    title: str
    why: str
    weight: int


class CardForm(Reply, frozen=True, kw_only=True):
    """What a card of a kind may say."""

    kind: RepoKind
    fields: list[CardField]
    sections: list[CardSection]


class CardGap(Reply, frozen=True, kw_only=True):
    """Something that a card does not say."""

    name: str
    title: str
    why: str
    weight: int


class CardCompleteness(Reply, frozen=True, kw_only=True):
    """How much a card says: ``score`` 0 to 1; what is missing, the most important first."""

    score: float
    missing: list[CardGap]


class CardText(Request, frozen=True, kw_only=True):
    """A card that is being written."""

    text: str


class CardCheck(Reply, frozen=True, kw_only=True):
    """What is to be said of a card that is being written."""

    problem: str | None
    """Why it cannot be read; null where it can."""
    completeness: CardCompleteness
    card: Card


class UseGiven(Request, frozen=True, kw_only=True):
    """A model was loaded in a cell."""

    revision: str = "main"
    notebook: str | None = None


class WeekOfUse(Reply, frozen=True, kw_only=True):
    """How often a repo was used in a week; ``week`` is its Monday, as in 2026-11-16."""

    week: str
    downloads: int
    loads: int


class NotebookOfUse(Reply, frozen=True, kw_only=True):
    """A notebook in which a repo was loaded, and when for the last time."""

    path: str
    by: str
    revision: str
    at: datetime


class Usage(Reply, frozen=True, kw_only=True):
    """Who uses a repo: by week, the oldest first, without gaps; notebooks, the last used first."""

    weeks: list[WeekOfUse]
    notebooks: list[NotebookOfUse]


LineageRelation = Literal["base", "data", "child"]


class LineageNode(Reply, frozen=True, kw_only=True):
    """What a model was made of, or what was made of it."""

    id: str
    kind: RepoKind
    relation: LineageRelation
    via: str
    """The model that it is the base or data of, or that it was made of."""
    how: str
    """As in finetune, adapter, quantized or merge; empty where nobody said."""
    is_here: bool
    """It is a repo of this hub."""
    steps: int
    """How many steps away."""


class Lineage(Reply, frozen=True, kw_only=True):
    """Where a model comes from and what became of it, the nearest first."""

    id: str
    nodes: list[LineageNode]
    is_cut: bool
    """There is more than is told."""


class CardSource(Reply, frozen=True, kw_only=True):
    """The card of a commit as it was written; empty where there is none."""

    text: str
    commit: str


class CardWrite(Request, frozen=True, kw_only=True):
    """Commit a card."""

    text: str
    since: str | None = None
    """The commit whose card was the beginning; null replaces whatever is there."""
    message: str = ""
    branch: str = "main"


class CardChoice(Reply, frozen=True, kw_only=True):
    """Something that a field of a card may say."""

    value: str
    title: str


class CardChoiceList(Reply, frozen=True, kw_only=True):
    """What fits what was typed, the best first."""

    choices: list[CardChoice]


class CardFact(Reply, frozen=True, kw_only=True):
    """Something that was filled in, and where it is known from."""

    name: str
    source: str


class CardSuggestion(Reply, frozen=True, kw_only=True):
    """A card with what is known of a revision filled in; what people wrote stays."""

    text: str
    filled: list[CardFact]


class RepoPage(Reply, frozen=True, kw_only=True):
    """What the page of a repo opens with."""

    repo: RepoHead
    revision: str
    commit: str
    card: Card
    model: ModelAbout | None


class RepoRequest(Request, frozen=True, kw_only=True):
    """Make a repo."""

    name: str
    """With its namespace: team/digits."""
    visibility: Visibility = "public"


class TreeEntry(Reply, frozen=True, kw_only=True):
    """A file or folder; a folder has the size and number of all files in it."""

    name: str
    path: str
    is_folder: bool
    size_bytes: int
    file_count: int
    digest: str
    """SHA-256 for blobs, git's SHA-1 for small text files and folders."""
    kept: Literal["git", "lfs", "xet"]
    safety: Safety
    safety_note: str
    url: str
    """Path below the server's base URL from which the bytes come; empty for folders."""


class Tree(Reply, frozen=True, kw_only=True):
    """What lies in a folder of a revision, folders first."""

    revision: str
    commit: str
    path: str
    entries: list[TreeEntry]
    size_bytes: int
    file_count: int


class CommitEntry(Reply, frozen=True, kw_only=True):
    """A commit."""

    id: str
    parents: list[str]
    message: str
    author: Author
    at: datetime


class CommitList(Reply, frozen=True, kw_only=True):
    """A page of the history of a revision, newest first."""

    revision: str
    commits: list[CommitEntry]
    has_more: bool


class CommitRequest(Request, frozen=True, kw_only=True):
    """Change a branch in one step; the bytes of the files were sent as blobs before."""

    message: str
    branch: str = "main"
    puts: list[PublishedFile] = []
    deletes: list[str] = []
    """Files and folders."""
    parent: str | None = None
    """Refuse if the branch is no longer at this commit."""


class DiffLine(Reply, frozen=True, kw_only=True):
    """A line, and its number before and after."""

    sign: Literal[" ", "+", "-"]
    text: str
    old: int | None
    new: int | None


class DiffHunk(Reply, frozen=True, kw_only=True):
    """Neighbouring lines that changed, with some around them."""

    header: str
    lines: list[DiffLine]


class FileDiff(Reply, frozen=True, kw_only=True):
    """What happened to a file; only text has hunks, a size is null where there is no such side."""

    path: str
    old_path: str | None
    kind: Literal["added", "deleted", "modified", "renamed"]
    content: Literal["text", "binary", "blob", "large"]
    old_size: int | None
    new_size: int | None
    additions: int
    deletions: int
    hunks: list[DiffHunk]
    is_cut: bool
    """Whether there are more hunks; ask for this path alone."""


class Comparison(Reply, frozen=True, kw_only=True):
    """What happened between two commits; the base of the first one is null."""

    base: CommitEntry | None
    head: CommitEntry
    files: list[FileDiff]
    file_count: int
    """More than there are in ``files``, where they were too many."""


class RefEntry(Reply, frozen=True, kw_only=True):
    """A branch or a tag."""

    name: str
    kind: Literal["branch", "tag"]
    commit: str
    message: str
    author: str
    at: datetime
    is_protected: bool


class RefList(Reply, frozen=True, kw_only=True):
    """All branches and tags, by name."""

    branches: list[RefEntry]
    tags: list[RefEntry]


class RefRequest(Request, frozen=True, kw_only=True):
    """Make a branch or a tag at a revision."""

    kind: Literal["branch", "tag"]
    name: str
    start: str = "main"
    message: str = ""
    """Of a tag."""


class RepoStorage(Reply, frozen=True, kw_only=True):
    """What a repo takes."""

    files_bytes: int
    """Of the files of ``main``."""
    blobs_bytes: int
    """Of all large files that any commit names, each counted once."""
    blob_count: int
    history_bytes: int
    """Of git's own objects."""


class PartReceived(Reply, frozen=True, kw_only=True):
    """How much of a large upload has come."""

    received: int
    is_done: bool


class RepoNews(Reply, frozen=True, kw_only=True, tag="repo", tag_field="type"):
    """A repo of any kind was made or has a new commit, branch, tag, or setting."""

    kind: RepoKind
    id: str
    ref: str | None
    """Full name of what moved, as in refs/heads/main."""
    commit: str | None
    by: Author


class RepoGone(Reply, frozen=True, kw_only=True, tag="repoGone", tag_field="type"):
    """A repo of any kind is gone."""

    kind: RepoKind
    id: str


# ── the workspace: what people do together outside notebooks ──────────────────────────────────────────────────────


Subject = Literal["notebook", "cell", "text", "model", "version", "run"]
NotebookRole = Literal["owner", "editor", "runner", "commenter", "viewer"]


class Pin(Reply, frozen=True, kw_only=True):
    """A run that somebody put up for everybody."""

    run: str
    name: str
    note: str
    by: Author
    at: datetime


class Shortlisted(Reply, frozen=True, kw_only=True):
    """A model that is considered."""

    model: str
    note: str
    by: Author
    at: datetime


class Draft(Reply, frozen=True, kw_only=True):
    """A text on which several people work before it is published, as a model card."""

    id: str
    title: str
    model: str | None
    room: str
    """Name of the room in which it is edited."""
    by: Author
    at: datetime


class About(Reply, frozen=True, kw_only=True):
    """What a thread hangs on."""

    kind: Subject
    id: str
    """The file id of a notebook, the name of a model, the id of a run."""
    path: str | None
    """Where the notebook was when the thread began; it may have been moved since."""
    cell: str | None
    start: str | None
    """JSON of a Yjs relative position in the cell's source; null for a whole cell."""
    end: str | None
    quote: str | None
    """The text on which it hangs, as it was."""
    revision: str | None


class Comment(Reply, frozen=True, kw_only=True):
    """Something that somebody said; the author is the server's word."""

    id: str
    author: Author
    at: datetime
    text: str
    mentions: list[str]
    """User names."""
    edited_at: datetime | None


class Thread(Reply, frozen=True, kw_only=True):
    """Comments on one thing, oldest first."""

    id: str
    about: About
    comments: list[Comment]
    resolved_by: Author | None
    resolved_at: datetime | None


class Roles(Reply, frozen=True, kw_only=True):
    """Who may do what with a notebook."""

    file: str
    path: str | None
    people: dict[str, NotebookRole]
    """By user name."""
    others: NotebookRole
    """Of everybody who is not named."""


class RunsCompared(Reply, frozen=True, kw_only=True):
    """The comparison of runs that people look at together; whoever has it open sees it drawn in the same way."""

    runs: list[str]
    metrics: list[str]
    smoothing: float
    log: bool
    x: Literal["step", "time"]
    by: Author
    """Who changed it last."""
    at: datetime


class RunsComparedAsked(Request, frozen=True, kw_only=True):
    """Put a comparison of runs up for everybody, or change how it is drawn."""

    runs: list[str]
    metrics: list[str] = []
    smoothing: float = 0.0
    log: bool = False
    x: Literal["step", "time"] = "step"


class Workspace(Reply, frozen=True, kw_only=True):
    """The workspace document as it is now."""

    pins: list[Pin]
    comparison: RunsCompared | None
    """The one under discussion."""
    shortlist: list[Shortlisted]
    drafts: list[Draft]
    threads: list[Thread]
    people: dict[str, str]
    """Display names by user name of all who were here."""


class NoteAsked(Request, frozen=True, kw_only=True):
    """Pin a run, or put a model on the short list."""

    name: str = ""
    note: str = ""


class DraftAsked(Request, frozen=True, kw_only=True):
    """Begin a draft."""

    title: str
    model: str | None = None
    text: str = ""


class ThreadAsked(Request, frozen=True, kw_only=True):
    """Begin a thread: ``path`` names a notebook, ``id`` anything else."""

    kind: Subject
    text: str
    id: str = ""
    path: str | None = None
    cell: str | None = None
    start: str | None = None
    end: str | None = None
    quote: str | None = None
    revision: str | None = None


class CommentAsked(Request, frozen=True, kw_only=True):
    """Say something."""

    text: str


class ThreadChange(Request, frozen=True, kw_only=True):
    """Resolve a thread, or open it again."""

    resolved: bool


class RolesAsked(Request, frozen=True, kw_only=True):
    """Say who may do what with a notebook."""

    people: dict[str, NotebookRole]
    others: NotebookRole


class Decision(Reply, frozen=True, kw_only=True):
    """What became of a suggested change."""

    accepted: bool
    by: Author
    at: datetime


class Suggestion(Reply, frozen=True, kw_only=True):
    """A fork of a notebook whose changes somebody offers; ``id`` is the name of the fork's room."""

    id: str
    file: str
    path: str
    title: str
    by: Author
    at: datetime
    state: Literal["open", "closed"]
    decisions: dict[str, Decision]
    """By id of the change."""


class CellChange(Reply, frozen=True, kw_only=True):
    """One cell that a suggestion has otherwise."""

    id: str
    kind: Literal["edited", "added", "deleted"]
    cell: str
    after: str | None
    """The cell below which an added one stands; null for the top."""
    before: str | None
    """The source with which the suggestion began."""
    suggested: str | None
    now: str | None
    """The source in the notebook now."""
    decision: Decision | None


class SuggestionSeen(Reply, frozen=True, kw_only=True):
    """A suggestion with its changes."""

    suggestion: Suggestion
    changes: list[CellChange]


class SuggestionAsked(Request, frozen=True, kw_only=True):
    """Begin a suggestion for the notebook at ``path``."""

    path: str
    title: str


class DecisionAsked(Request, frozen=True, kw_only=True):
    """Decide on one change of a suggestion."""

    change: str
    accept: bool


class Fault(Reply, frozen=True, kw_only=True):
    """An error in a cell, as the kernel tells it."""

    name: str
    value: str
    traceback: list[str]


class Execution(Reply, frozen=True, kw_only=True):
    """A cell that runs on the server."""

    id: str
    kernel: str
    cell: str
    by: Author
    state: Literal["running", "waiting", "done"]
    """waiting: for a line of input."""
    prompt: str | None
    password: bool
    ok: bool | None
    """Null until it is done."""
    count: int | None
    """The number of the cell, when it is done and the kernel told one."""
    fault: Fault | None
    """The error that ended it."""


class ExecutionAsked(Request, frozen=True, kw_only=True):
    """Run a cell of the document in ``room``."""

    kernel: str
    room: str
    cell: str
    code: str | None = None
    """Null: what stands in the document."""
    after: str | None = None
    """Not if this execution failed, as when all cells run."""
    timing: bool = False
    """Note in the cell when it began and ended."""
    deleted: list[str] = msgspec.field(default_factory=list)
    """Cells that were deleted since the last run; the kernel is told."""


class InputAsked(Request, frozen=True, kw_only=True):
    """A line for a cell that waits for it."""

    text: str


class RolesSeen(Reply, frozen=True, kw_only=True):
    """The roles of a notebook as the one who asks sees them."""

    file: str
    """The file id of the notebook."""
    roles: Roles | None
    """Null while nobody has given any: everybody edits."""
    mine: NotebookRole
    may_change: bool
    people: dict[str, str]
    """Display names by user name of all who were here."""


# ── discussions ───────────────────────────────────────────────────────────────────────────────────────────────────

DiscussionStatus = Literal["draft", "open", "closed", "merged"]


class DiscussionSummary(Reply, frozen=True, kw_only=True):
    """A discussion or pull request as a list shows it."""

    number: int
    title: str
    status: DiscussionStatus
    is_pull_request: bool
    author: Author
    target: str | None
    """Branch that a pull request wants to change; null for discussions."""
    comments: int
    created_at: datetime
    updated_at: datetime


class DiscussionList(Reply, frozen=True, kw_only=True):
    """A page of discussions, newest first."""

    discussions: list[DiscussionSummary]
    total: int
    """Of all that the filter lets through."""
    open: int
    """Open ones and drafts of the repo, whatever the status filter."""
    closed: int
    """Closed and merged ones of the repo, whatever the status filter."""


class CommentVersion(Reply, frozen=True, kw_only=True):
    """What a comment said before it was edited."""

    text: str
    at: datetime


class DiscussionEvent(Reply, frozen=True, kw_only=True):
    """Something that happened in a discussion; the fields of other kinds are null."""

    id: str
    kind: Literal["comment", "status", "title", "commit"]
    author: Author
    at: datetime
    text: str | None
    """Markdown of a comment, empty when it is hidden; first line of a commit."""
    is_hidden: bool
    may_edit: bool
    may_hide: bool
    history: list[CommentVersion]
    """Earlier texts of an edited comment, oldest first."""
    status: DiscussionStatus | None
    old_title: str | None
    new_title: str | None
    commit: str | None


class DiscussionPage(Reply, frozen=True, kw_only=True):
    """Everything that the page of a discussion shows; the diff has a route of its own."""

    discussion: DiscussionSummary
    events: list[DiscussionEvent]
    ref: str | None
    """``refs/pr/N``, to which commits of a pull request go; null for discussions."""
    base: str | None
    """Commit from which the changes of a pull request are counted."""
    head: str | None
    """Newest commit of a pull request."""
    merge_commit: str | None
    conflicts: list[str]
    """Files that keep an open pull request from being merged."""
    may_comment: bool
    may_change: bool
    """May you rename, close and open it?"""
    may_merge: bool


class DiscussionOpening(Request, frozen=True, kw_only=True):
    """Begin a discussion."""

    title: str
    text: str


class PullRequestOpening(Request, frozen=True, kw_only=True):
    """Ask for the changes of a branch to be merged; without a branch the changes come later, to ``refs/pr/N``."""

    title: str
    text: str = ""
    branch: str | None = None
    target: str = "main"
    draft: bool = False


class CommentText(Request, frozen=True, kw_only=True):
    """A comment, new or edited."""

    text: str


class StatusChange(Request, frozen=True, kw_only=True):
    """Close a discussion, open it again, or make a draft ready; perhaps with a comment."""

    status: Literal["draft", "open", "closed"]
    text: str = ""


class TitleChange(Request, frozen=True, kw_only=True):
    """Rename a discussion."""

    title: str


class MergeRequest(Request, frozen=True, kw_only=True):
    """Merge a pull request, perhaps with a comment."""

    text: str = ""
    head: str | None = None
    """Commit that you have seen; refused if there is a newer one."""


# ── access ────────────────────────────────────────────────────────────────────────────────────────────────────────

Gating = Literal["off", "auto", "manual"]
RequestStatus = Literal["pending", "accepted", "rejected"]


class AccessRequest(Reply, frozen=True, kw_only=True):
    """Somebody who wants, has, or was refused the files of a gated repo."""

    user: str
    display_name: str
    status: RequestStatus
    message: str
    """What they wrote when they asked."""
    reason: str
    """Why they were refused."""
    decided_by: str | None
    at: datetime


class AccessRequestList(Reply, frozen=True, kw_only=True):
    """The requests for a gated repo, the last first."""

    requests: list[AccessRequest]


class AccessAsked(Request, frozen=True, kw_only=True):
    """Ask for the files of a gated repo."""

    message: str = ""


class AccessDecided(Request, frozen=True, kw_only=True):
    """Accept or reject somebody, who need not have asked, or let them wait again."""

    status: RequestStatus
    reason: str = ""


class ProtectedRef(Reply, frozen=True, kw_only=True):
    """Branches or tags that nobody but admins deletes or rewrites."""

    kind: Literal["branch", "tag"]
    pattern: str
    """A name; ``*`` stands for anything."""
    writers: Literal["write", "admin"]
    """The role that commits to these branches, or makes these tags."""


class RefProtection(Request, frozen=True, kw_only=True):
    """Protect branches or tags."""

    kind: Literal["branch", "tag"]
    pattern: str
    writers: Literal["write", "admin"] = "write"


class RepoAccess(Reply, frozen=True, kw_only=True):
    """Who may do what with a repo."""

    kind: RepoKind
    id: str
    owner: str
    visibility: Visibility
    gated: Gating
    may: Permission
    """What the asker may do."""
    everyone: Permission | None
    """What all who are logged in may do; null: not even see it."""
    is_organization: bool
    """Whether the namespace is an organization's, not a person's own."""
    may_read_files: bool
    request: AccessRequest | None
    """The asker's own, if there is one."""
    pending: int
    """Requests that wait; 0 for who may not decide."""
    protected: list[ProtectedRef]


class RepoAccessChange(Request, frozen=True, kw_only=True):
    """Change the visibility or the gate of a repo; null leaves it."""

    visibility: Visibility | None = None
    gated: Gating | None = None


class RepoMove(Request, frozen=True, kw_only=True):
    """Give a repo another name, in the same or another namespace."""

    to: str


class Organization(Reply, frozen=True, kw_only=True):
    """People who share a namespace."""

    name: str
    title: str
    everyone: Literal["read", "write"]
    """What all who are logged in may do with its public repos."""
    may: Permission | None
    """The asker's own role in it."""
    may_manage: bool
    members: int
    repos: int
    """As far as the asker may see them."""
    created_at: datetime


class OrganizationList(Reply, frozen=True, kw_only=True):
    """Organizations by name."""

    organizations: list[Organization]


class NewOrganization(Request, frozen=True, kw_only=True):
    """Make an organization; the asker is its admin."""

    name: str
    title: str = ""
    everyone: Literal["read", "write"] = "read"


class OrganizationChange(Request, frozen=True, kw_only=True):
    """Change an organization; null leaves a thing as it is."""

    title: str | None = None
    everyone: Literal["read", "write"] | None = None
    quota_bytes: int | None = None
    """For the owner of the server; 0: as the setting says."""


class Member(Reply, frozen=True, kw_only=True):
    """Somebody with a role in an organization, or in one repo."""

    user: str
    role: Permission
    since: datetime


class MemberList(Reply, frozen=True, kw_only=True):
    """The members of an organization, or the collaborators of a repo, by name."""

    members: list[Member]


class MemberRole(Request, frozen=True, kw_only=True):
    """Make somebody a member or collaborator, or give them another role."""

    role: Permission


class RepoShare(Reply, frozen=True, kw_only=True):
    """What one repo takes of its namespace's storage, contents that others share included."""

    kind: RepoKind
    id: str
    size_bytes: int


class NamespaceStorage(Reply, frozen=True, kw_only=True):
    """What the repos of a namespace take together, each content counted once."""

    namespace: str
    used_bytes: int
    quota_bytes: int | None
    """Null: no limit."""
    repos: list[RepoShare]
    """Those that the asker may see, the largest first."""


class HubToken(Reply, frozen=True, kw_only=True):
    """What may be known of a token; the token itself is shown once, when it is made."""

    id: str
    name: str
    scope: Permission
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class HubTokenList(Reply, frozen=True, kw_only=True):
    """The asker's tokens that work, newest first."""

    tokens: list[HubToken]


class NewHubToken(Request, frozen=True, kw_only=True):
    """Make a token that acts for the asker."""

    name: str
    scope: Literal["read", "write"] = "write"
    expires_in_days: float | None = 90
    """Null: never."""


class HubTokenMade(Reply, frozen=True, kw_only=True):
    """A new token; nobody can see it again."""

    token: str
    about: HubToken


# ── upstreams ─────────────────────────────────────────────────────────────────────────────────────────────────────


class OtherHub(Reply, frozen=True, kw_only=True):
    """A hub from which repos are read that this one does not have."""

    url: str
    has_token: bool
    """Whether the asker keeps a token for it here."""


class OtherHubs(Reply, frozen=True, kw_only=True):
    """The hubs that are asked, in this order."""

    upstreams: list[OtherHub]
    offline: bool
    """Whether they are asked at all."""
    kept_bytes: int
    """Size of the files of theirs that are here."""
    limit_bytes: int
    """What these may take; 0: no limit."""


class OtherRepo(Reply, frozen=True, kw_only=True):
    """A repo of another hub, as that hub describes it; what it does not say is null."""

    kind: RepoKind
    id: str
    """Without a namespace where it belongs to nobody."""
    task: str | None
    library: str | None
    downloads: int | None
    likes: int | None
    updated_at: datetime | None
    private: bool
    gated: bool
    tags: list[str]


class OtherFile(Reply, frozen=True, kw_only=True):
    """A file of a repo of another hub."""

    path: str
    size_bytes: int | None


class OtherRepoPage(Reply, frozen=True, kw_only=True):
    """The page of a repo that this hub reads through from another one."""

    about: OtherRepo
    hub: str
    commit: str
    files: list[OtherFile]
    readme: str
    """Markdown without its front matter; empty if there is none."""
    load_code: str


class OtherHubToken(Request, frozen=True, kw_only=True):
    """The asker's own token for another hub; it is used for nobody else."""

    hub: str
    token: str


# ── webhooks and collections ──────────────────────────────────────────────────────────────────────────────────────


class DeviceDecided(Request, frozen=True, kw_only=True):
    """Whether a program that shows a code may act for the asker."""

    code: str
    allow: bool = True


class AttachmentMade(Reply, frozen=True, kw_only=True):
    """A picture, film or sound for a comment."""

    url: str


class Reached(Reply, frozen=True, kw_only=True):
    """How a request arrived."""

    url: str
    mark: str
    """What the header X-Repo-Commit of this reply says."""


class WatchedThing(Request, frozen=True, kw_only=True):
    """A repo, or everything of an organization or a person."""

    type: Literal["model", "dataset", "space", "org", "user"]
    name: str


class Watched(Reply, frozen=True, kw_only=True):
    """A repo, or everything of an organization or a person."""

    type: Literal["model", "dataset", "space", "org", "user"]
    name: str


class WebhookWish(Request, frozen=True, kw_only=True):
    """What to be told, and where; null leaves what is there."""

    url: str | None = None
    watched: list[WatchedThing] | None = None
    domains: list[Literal["repo", "discussion"]] | None = None
    secret: str | None = None
    """What is sent along is signed with it; empty: no more."""
    disabled: bool | None = None


class Webhook(Reply, frozen=True, kw_only=True):
    """An address that is told what happens in repos."""

    id: str
    url: str
    watched: list[Watched]
    domains: list[Literal["repo", "discussion"]]
    has_secret: bool
    disabled: bool


class WebhookList(Reply, frozen=True, kw_only=True):
    """The asker's webhooks, the first one first."""

    webhooks: list[Webhook]


class WebhookDelivery(Reply, frozen=True, kw_only=True):
    """Something that a webhook has to be told, or was."""

    id: str
    status: Literal["waiting", "done", "failed"]
    attempts: int
    answer: str | None
    """What the address said last, or why it was not reached."""
    event: str
    repo: str
    payload: str
    """JSON, as it was sent."""
    created_at: datetime
    next_at: datetime | None
    """When it is tried again."""


class WebhookDeliveries(Reply, frozen=True, kw_only=True):
    """The newest first."""

    deliveries: list[WebhookDelivery]


Theme = Literal["orange", "blue", "green", "purple", "pink", "indigo"]
CollectionKind = Literal["model", "dataset", "space", "collection", "paper"]


class CollectionItem(Reply, frozen=True, kw_only=True):
    """Something in a collection."""

    id: str
    kind: CollectionKind
    name: str
    note: str | None


class Collection(Reply, frozen=True, kw_only=True):
    """Repos that somebody put together; those that the asker may not see are left out."""

    slug: str
    """Its address."""
    namespace: str
    title: str
    description: str
    visibility: Visibility
    theme: Theme
    owner: str
    may_change: bool
    updated_at: datetime
    items: list[CollectionItem]


class CollectionList(Reply, frozen=True, kw_only=True):
    """The last changed first."""

    collections: list[Collection]


class NewCollection(Request, frozen=True, kw_only=True):
    """Begin a collection, in one's own namespace if none is named."""

    title: str
    namespace: str | None = None
    description: str | None = None
    visibility: Visibility | None = None
    theme: Theme | None = None


class CollectionChange(Request, frozen=True, kw_only=True):
    """Change what is said of a collection; null leaves it."""

    title: str | None = None
    description: str | None = None
    visibility: Visibility | None = None
    theme: Theme | None = None


class NewCollectionItem(Request, frozen=True, kw_only=True):
    """Put something into a collection, at its end."""

    kind: CollectionKind
    name: str
    note: str | None = None


class CollectionItemChange(Request, frozen=True, kw_only=True):
    """Give something in a collection another note, or another place counted from 0; null leaves it."""

    note: str | None = None
    position: int | None = None


# ── what happened to a repo ───────────────────────────────────────────────────────────────────────────────────────

ActivityKind = Literal[
    "commit",
    "version",
    "rollback",
    "alias",
    "deprecation",
    "gate",
    "reproduction",
    "discussion",
    "pull",
    "comment",
    "status",
    "title",
    "push",
    "review",
]


class Activity(Reply, frozen=True, kw_only=True):
    """Something that happened to a repo."""

    id: str
    kind: ActivityKind
    at: datetime
    by: Author
    about: str
    """The first line of a commit, a version, an alias, or the title of a discussion."""
    text: str
    """What was said: a version's message, a comment's beginning, the reason of a deprecation."""
    number: int | None
    """Of the discussion or pull request."""
    before: str | None
    """Where an alias led, the version to which people went back, the title that it had, the branch of a commit."""
    after: str | None
    """The revision that can be looked at; null where there is none."""
    state: str
    """Of a gate its verdict, of a discussion its status, of a review its stars; else empty."""


class ActivityList(Reply, frozen=True, kw_only=True):
    """What happened to a repo, newest first."""

    activities: list[Activity]
    has_more: bool


# ── variants ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Variant(Reply, frozen=True, kw_only=True):
    """A form in which a model exists: other weights of the same repo, or a repo that was made of it."""

    repo_id: str
    label: str
    """As ``hub.load`` takes it: fp16; empty for the weights that are loaded unless somebody says otherwise."""
    format: str
    """safetensors, gguf, onnx …"""
    dtype: str
    """The type of most of its numbers, as its format calls it; empty where neither header nor name tells."""
    parameters: int | None
    size_bytes: int
    files: list[str]
    """Of another repo none."""
    relation: str
    """How another repo was made of this one, as in quantized; empty for weights of this repo."""
    safety: Safety | None
    """The worst verdict on its files; null for another repo."""
    is_default: bool
    code: str
    """A cell that loads it."""


class VariantList(Reply, frozen=True, kw_only=True):
    """The forms of a model: what is loaded by default first, then the smallest."""

    id: str
    commit: str
    variants: list[Variant]
    makeable: list[str]
    """What ``POST`` makes of it: fp16 and bf16 of safetensors that have none yet; empty for who may not write."""


class VariantRequest(Request, frozen=True, kw_only=True):
    """Make variants."""

    formats: list[str]
    revision: str = "main"
    into: str | None = None
    """The branch that gets them; null: *revision* if it is a branch, else ``variants/REVISION``."""


# ── gates ─────────────────────────────────────────────────────────────────────────────────────────────────────────


GateState = Literal["waiting", "queued", "running", "passed", "failed", "broken", "cancelled"]
CheckState = Literal["passed", "failed", "skipped"]
ExampleChange = Literal["same", "changed", "fixed", "broken", "added", "removed"]


class GateCheck(Reply, frozen=True, kw_only=True):
    """One thing that was asked of a version."""

    name: str
    kind: str
    """card, license, size, scan, latency, metric, evaluation, examples, reproduction, rules."""
    state: CheckState
    value: str
    """What was measured; empty where nothing could be."""
    threshold: str
    why: str
    """Why it failed or was skipped."""


RunKind = Literal["gates", "reproduction"]


class ReproducedMetric(Reply, frozen=True, kw_only=True):
    """A number that a version states, and what its notebook gave when it ran again."""

    name: str
    published: float
    again: float | None
    """Null: the notebook did not give it."""
    tolerance: float
    holds: bool


class ReproductionAsked(Request, frozen=True, kw_only=True):
    """Run the notebook of a version again."""

    revision: str | None = None
    """Null: the newest version."""
    tolerance: float | None = None
    """By how much a metric may differ; null: as hubcollab.yaml says, else 0.01."""
    environment: Literal["pinned", "server"] | None = None
    """Null: as hubcollab.yaml says, else pinned."""


class GateRun(Reply, frozen=True, kw_only=True):
    """A run of the gates on a commit: a version, or the head of a pull request."""

    id: str
    repo_id: str
    commit: str
    tag: str | None
    pull: int | None
    state: GateState
    progress: float
    detail: str
    """What is being done now, or the verdict in a sentence."""
    checks: list[GateCheck]
    is_current: bool
    """False: the rules have changed since, so that it counts no more."""
    environment: str
    isolation: dict[str, str]
    log_bytes: int
    by: Author
    created_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    measuring_s: float
    """Seconds that evaluations, examples and predictions took; the rest is the gate's own."""
    what: RunKind
    """A run that only reproduces opens no door."""
    reproduced: list[ReproducedMetric]


class GateMistake(Reply, frozen=True, kw_only=True):
    """Something in hubcollab.yaml that cannot be."""

    line: int
    key: str
    why: str


class GateRuns(Reply, frozen=True, kw_only=True):
    """The gates of a model: the rules on main, and the runs, newest first."""

    has_rules: bool
    mistakes: list[GateMistake]
    protected: list[str]
    """Aliases that lead only to versions which pass."""
    may_run: bool
    may_override: bool
    runs: list[GateRun]


class GateAsked(Request, frozen=True, kw_only=True):
    """Run the gates on a version (or branch, or commit), or on a pull request."""

    revision: str | None = None
    pull: int | None = None


class GateLog(Reply, frozen=True, kw_only=True):
    """A piece of a run's log."""

    text: str
    next: int
    """Where the next piece begins, in bytes."""
    state: GateState


class AliasAsked(Request, frozen=True, kw_only=True):
    """Let an alias lead to a version."""

    tag: str
    reason: str = ""
    """Why a version that did not pass gets a protected alias; for admins."""


class AliasMove(Reply, frozen=True, kw_only=True):
    """An alias went from one version to another."""

    alias: str
    from_tag: str | None
    to_tag: str | None
    by: str
    at: datetime
    reason: str
    """Why the gates were overridden; empty where they were not."""


class AliasList(Reply, frozen=True, kw_only=True):
    """Versions by alias, and how aliases moved, the newest first."""

    aliases: dict[str, str]
    protected: list[str]
    moves: list[AliasMove]


class ModelExample(Reply, frozen=True, kw_only=True):
    """What a model should make of an input."""

    name: str
    input: object
    expect: dict[str, object]
    """By way of comparing: equals, close (with tolerance), contains, label, one_of, python."""
    by: str


class ExampleAsked(Request, frozen=True, kw_only=True):
    """Add an example, or replace the one of its name."""

    name: str
    input: object
    expect: dict[str, object]


class ExampleAnswer(Reply, frozen=True, kw_only=True):
    """What a version made of an example."""

    name: str
    passed: bool
    output: object
    why: str


class ExampleColumn(Reply, frozen=True, kw_only=True):
    """What a version made of all examples."""

    tag: str
    commit: str
    answers: list[ExampleAnswer]


class ExampleTable(Reply, frozen=True, kw_only=True):
    """The examples of a model, and what its last versions made of them, newest first."""

    examples: list[ModelExample]
    columns: list[ExampleColumn]
    may_edit: bool


class ExampleDifference(Reply, frozen=True, kw_only=True):
    """An example, before and after."""

    name: str
    change: ExampleChange
    before: ExampleAnswer | None
    after: ExampleAnswer | None


class ExampleComparison(Reply, frozen=True, kw_only=True):
    """What changed between two versions, example by example; what broke comes first."""

    before: str
    after: str
    rows: list[ExampleDifference]


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


class GateChanged(Reply, frozen=True, kw_only=True, tag_field="type", tag="gate"):
    """A run of the gates began, moved on or ended."""

    run: GateRun


class TrackingChanged(Reply, frozen=True, kw_only=True, tag_field="type", tag="tracking"):
    """The MLflow server came or went."""

    state: TrackingState


class Mentioned(Reply, frozen=True, kw_only=True, tag_field="type", tag="mentioned"):
    """Somebody spoke to you in a comment; sent to that person only."""

    to: str
    by: Author
    thread: Thread
    comment: str
    """Id of the comment."""


class LostCell(Reply, frozen=True, kw_only=True):
    """A cell that somebody deleted while you typed in it."""

    id: str
    cell_type: Literal["code", "markdown", "raw"]
    source: str
    index: int
    """Where it would be now."""


class RoomNotice(Reply, frozen=True, kw_only=True, tag_field="type", tag="room"):
    """Something about a document that you edit; sent to that person only."""

    to: str
    path: str
    what: Literal["merged", "refused", "deleted", "gone", "back", "unsaved", "unreadable", "elsewhere"]
    why: str | None
    by: str | None
    conflicts: list[str]
    cell: LostCell | None


class ReviewsChanged(Reply, frozen=True, kw_only=True, tag_field="type", tag="reviews"):
    """Somebody reviewed a repo, or took a review back."""

    repo_id: str
    kind: RepoKind


class SavedSearchNews(Reply, frozen=True, kw_only=True, tag_field="type", tag="savedSearch"):
    """Something new matches a saved search; sent to its owner only."""

    to: str
    search: SavedSearch


class DiscussionChanged(Reply, frozen=True, kw_only=True, tag_field="type", tag="discussion"):
    """A discussion or pull request of a repo was opened, or something happened in it."""

    repo_id: str
    kind: Literal["model", "dataset", "space"]
    number: int
    change: Literal["opened", "comment", "edited", "status", "title", "commit", "merged"]
    by: Author


Event = (
    ModelChanged
    | ModelDeleted
    | RepoGone
    | RepoNews
    | RunChanged
    | RunDeleted
    | JobChanged
    | GateChanged
    | TrackingChanged
    | Mentioned
    | RoomNotice
    | DiscussionChanged
    | ReviewsChanged
    | SavedSearchNews
)
"""One message of ``hubcollab/api/events``."""
