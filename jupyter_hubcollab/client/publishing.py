"""Publish a model from a cell: save it in a safe format, send what the hub lacks, make a version."""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, Literal

from .. import wire
from ..errors import NothingToPublish, Unsaveable
from ..names import file_path, repo_id
from .addresses import of_model, part
from .connection import Connection, connect
from .flavors import Format, Saved, Wish, save
from .machine import architecture, machine
from .measured import example_files, metrics_of
from .origin import Notebook, notebook, origin
from .progress import Progress
from .runs import logged
from .tables import metric_cell, table

NOTEBOOK = "notebook.ipynb"
PIECE = 1 << 20
MOST_ASKED = 10_000
_SKIPPED = ("__pycache__", ".git", ".ipynb_checkpoints", ".DS_Store")


@dataclass(frozen=True, slots=True)
class Publication:
    """A version that was just made."""

    repo_id: str
    revision: str
    """The commit."""
    tag: str
    url: str
    """Where a browser opens the model's page."""
    version: wire.Version

    def __repr__(self) -> str:
        numbers = ", ".join(f"{one.name}={one.value:.4g}" for one in self.version.metrics[:5])
        return f"published {self.repo_id} {self.tag}" + (f" ({numbers})" if numbers else "")

    def _repr_html_(self) -> str:
        names = [one.name for one in self.version.metrics[:6]]
        numbers = [metric_cell(one) for one in self.version.metrics[:6]]
        shown = table(f"Published {self.repo_id}", ["Version", *names], [[self.tag, *numbers]])
        return shown + f'<a href="{escape(self.url)}">Open its page</a>'


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes into the version."""

    path: str
    source: Path
    digest: str
    size: int


def publish(  # noqa: PLR0913 -- options by keyword
    model: Any,
    repo: str,
    *,
    run: Any = None,
    message: str = "",
    tag: str | None = None,
    bump: Literal["major", "minor", "patch"] = "minor",
    metrics: Mapping[str, Any] | None = None,
    examples: Mapping[str, Any] | None = None,
    dataset: str | None = None,
    license: str | None = None,
    private: bool = False,
    summary: str = "",
    format: Format = "safe",
    example: Any = None,
    connection: Connection | None = None,
) -> Publication:
    """Make a version of the model *repo* from *model*: a model object, or the path of files that you saved yourself.

    *run* is an MLflow run or its id; without it, the active or last run of this kernel. Its metrics and parameters go
    into the version, unless *metrics* are given; *dataset* says what they were measured on. *tag* names the version;
    without it, it gets the next number: v1, v2 … or, as the hub's setting says, v1.0.0, v1.1.0 … of which *bump* says
    what grows. *examples* are the scores by example that make a metric, ``{"accuracy": {"img-1": 1, …}}``: with them
    the hub tells a regression from chance. *example* is an input, from which the model's signature is read.

    Raises:
        Unsaveable: the object is no model, or cannot be saved in a safe format; the text names the remedy.
        RefExists: there is a version of this name.
        UnsafeFile: a file could run code when it is loaded.
    """
    id, hub = repo_id(repo), connection or connect()
    known, source = logged(run), notebook()
    wish = Wish(format, example)
    with tempfile.TemporaryDirectory(prefix="hubcollab-") as scratch:
        saved, files = _prepared(model, Path(scratch), wish, source)
        measured_on = dataset or known.dataset
        files += [_file(*pair) for pair in example_files(examples, measured_on, Path(scratch))]
        send_missing(hub, repo, files)
        unique = {"publication": uuid.uuid4().hex, "parameter_count": saved.parameters}
        measured = {"energy": dict(known.energy)} if known.energy else {}
        learned = {"seconds": known.seconds, "data": list(known.data)} if known.run_id else {}
        made_on = {"architecture": architecture(model), "machine": machine(), "training": learned}
        request = wire.PublicationRequest(
            files=[wire.PublishedFile(path=file.path, digest=file.digest, size_bytes=file.size) for file in files],
            message=message,
            tag=tag,
            bump=bump,
            visibility="private" if private else "public",
            metrics=metrics_of(known.metrics if metrics is None else metrics, measured_on),
            parameters=dict(known.parameters),
            run_id=known.run_id,
            license=license,
            task=saved.task,
            library=saved.library,
            summary=summary or _summary(model, source),
            provenance={**origin(source), **unique, **measured, **made_on},
        )
        made = hub.post(f"{of_model(id)}/publications", request, wire.Publication)
    return Publication(made.repo_id, made.revision, made.tag, made.url, made.version)


def _prepared(model: Any, scratch: Path, wish: Wish, source: Notebook | None) -> tuple[Saved, list[File]]:
    """Everything that goes into the version, as files."""
    if isinstance(model, str | Path):
        saved, pairs = Saved(None, None, None), _own_files(Path(model))
    else:
        folder = scratch / "model"
        saved = save(model, folder, wish)
        pairs = list(_walked(folder))
    if source is not None and NOTEBOOK not in dict(pairs):
        copy = scratch / NOTEBOOK
        copy.write_bytes(source.content)
        pairs.append((NOTEBOOK, copy))
    return saved, [_file(path, file) for path, file in pairs]


def _own_files(path: Path) -> list[tuple[str, Path]]:
    if path.is_file():
        return [(path.name, path)]
    if not path.is_dir():
        raise Unsaveable(f"there is no file or folder '{path}'; give a model object, or the path of what you saved")
    found = list(_walked(path))
    if not found:
        raise NothingToPublish(f"the folder '{path}' has no files")
    return found


def _walked(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        inner = file.relative_to(folder)
        if file.is_file() and not any(name in _SKIPPED for name in inner.parts):
            yield file_path(inner.as_posix()), file


def _file(path: str, source: Path) -> File:
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(source):
        digest.update(piece)
        size += len(piece)
    return File(path, source, digest.hexdigest(), size)


def _pieces(source: Path) -> Iterator[bytes]:
    with source.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece


def files_of(folder: Path) -> list[File]:
    """The files below *folder* as they go into a version."""
    return [_file(path, file) for path, file in _walked(folder)]


def send_missing(hub: Connection, repo: str, files: Sequence[File]) -> None:
    """Send the bytes that the hub lacks, with a bar."""
    by_digest = {file.digest: file for file in files}
    digests = list(by_digest)
    missing: list[str] = []
    for start in range(0, len(digests), MOST_ASKED):
        asked = wire.BlobsAsked(digests=digests[start : start + MOST_ASKED])
        missing += hub.post("blobs/missing", asked, wire.BlobsMissing).digests
    bar = Progress(f"publishing {repo}", sum(by_digest[digest].size for digest in missing))
    for digest in missing:
        file = by_digest[digest]
        address = f"blobs/{digest}?repo={part(repo)}"
        hub.send(address, partial(_counted, file.source, bar, bar.done), file.size)
    bar.finish()


def _counted(source: Path, bar: Progress, before: int) -> Iterator[bytes]:
    """The file's bytes; when they are sent a second time, the bar goes back to where it was *before*."""
    bar.rewind(before)
    for piece in _pieces(source):
        yield piece
        bar.add(len(piece))


def _summary(model: Any, source: Notebook | None) -> str:
    """What is certain about a model of which nobody said anything yet."""
    kind = type(model).__name__
    # "An SVC": some letters of an abbreviation are spoken with a vowel in front.
    article = "An" if kind[0] in "AEIOaeio" or (kind.isupper() and kind[0] in "FHLMNRSX") else "A"
    what = "Files" if isinstance(model, str | Path) else f"{article} {kind}"
    return f"{what} from the notebook “{source.title}”." if source and source.title else f"{what}."
