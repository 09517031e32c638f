"""Snapshots of models on this machine: whole files by digest, folders by commit.

``CACHE/blobs/<digest>`` holds each file once; ``CACHE/snapshots/<namespace>/<name>/<commit>`` links to them. A file
or a folder appears under its name when it is complete, so two kernels may load the same model at once.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .. import wire
from ..errors import BadInput, DigestMismatch
from ..names import file_path, repo_id
from ..names import revision as name_of_commit
from .addresses import inner, of_model
from .connection import Connection, connect
from .progress import Progress

_DIGEST = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class DeprecatedVersion(UserWarning):
    """The version that is loaded should not be used any more; the text says why, and what to take instead."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A revision of a model on this machine."""

    path: Path
    commit: str
    files: tuple[wire.FileEntry, ...]


def cache_folder() -> Path:
    """Where snapshots are kept: HUBCOLLAB_CACHE, else a folder in the user's cache."""
    given = os.environ.get("HUBCOLLAB_CACHE")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jupyter_hubcollab"


def download(
    repo: str, *, revision: str | None = None, connection: Connection | None = None, cache: Path | None = None
) -> Path:
    """The folder with the files of a revision of *repo*, downloaded if it is not here yet; do not change it.

    A revision is a version, an alias such as ``champion``, a branch or a commit; it may stand behind an ``@``, as in
    ``download("team/digits@champion")``.
    """
    return snapshot(repo, revision=revision, connection=connection, cache=cache).path


def snapshot(
    repo: str,
    *,
    revision: str | None = None,
    leave: Callable[[set[str]], set[str]] = lambda _paths: set(),
    connection: Connection | None = None,
    cache: Path | None = None,
) -> Snapshot:
    """Like `download`, with what the hub says of the files; without those of all paths that *leave* names."""
    name, revision = parted(repo, revision)
    id, hub = repo_id(name), connection or connect()
    where = of_model(id)
    listed = hub.get(f"{where}/files", wire.FileList, **({"revision": revision} if revision else {}))
    if listed.warning is not None:
        warnings.warn(listed.warning, DeprecatedVersion, stacklevel=3)
    root = cache or cache_folder()
    unwanted = leave({file.path for file in listed.files})
    files = tuple(file for file in listed.files if file.path not in unwanted)
    # What was left out is part of the name: the folder of a commit alone has everything.
    left = hashlib.sha256("\n".join(file.path for file in files).encode()).hexdigest()[:8]
    name_here = f"{name_of_commit(listed.commit)}{'' if len(files) == len(listed.files) else f'-{left}'}"
    found = Snapshot(root / "snapshots" / id.namespace / id.name / name_here, listed.commit, files)
    if not found.path.is_dir():
        _fetch_all(hub, f"{where}/resolve/{listed.commit}", root, found)
    return found


def parted(repo: str, revision: str | None) -> tuple[str, str | None]:
    """The name and the revision in ``team/digits@champion``.

    Raises:
        BadInput: a revision is given twice.
    """
    name, at, behind = repo.partition("@")
    if at and revision is not None and revision != behind:
        raise BadInput(f"'{repo}' names a revision and revision='{revision}' another one; say it once")
    return name, (behind or None) if at else revision


def _fetch_all(hub: Connection, where: str, root: Path, wanted: Snapshot) -> None:
    blobs = root / "blobs"
    blobs.mkdir(parents=True, exist_ok=True)
    for file in wanted.files:
        if not _DIGEST.fullmatch(file.digest):
            raise DigestMismatch(f"the hub names no digest for '{file.path}'")
    missing = [file for file in wanted.files if not (blobs / file.digest).exists()]
    bar = Progress("downloading", sum(file.size_bytes for file in missing))
    for file in missing:
        _fetch(hub, f"{where}/{inner(file.path)}", blobs, file, bar)
    bar.finish()
    _assemble(blobs, wanted)


def _fetch(hub: Connection, address: str, blobs: Path, file: wire.FileEntry, bar: Progress) -> None:
    digest = hashlib.sha256() if file.is_blob else hashlib.sha1(usedforsecurity=False)
    if not file.is_blob:
        digest.update(f"blob {file.size_bytes}\0".encode())
    with tempfile.NamedTemporaryFile(dir=blobs, prefix=".incoming-", delete=False) as target:
        try:
            for piece in hub.receive(address):
                digest.update(piece)
                target.write(piece)
                bar.add(len(piece))
            target.close()
            if digest.hexdigest() != file.digest:
                raise DigestMismatch(f"'{file.path}' arrived damaged; load it again")
            Path(target.name).chmod(0o444)  # snapshots link to it; nobody changes one and so the other
            Path(target.name).replace(blobs / file.digest)
        finally:
            Path(target.name).unlink(missing_ok=True)


def _assemble(blobs: Path, wanted: Snapshot) -> None:
    """Put the folder together beside its place, then name it."""
    wanted.path.parent.mkdir(parents=True, exist_ok=True)
    begun = Path(tempfile.mkdtemp(dir=wanted.path.parent, prefix=".incoming-"))
    try:
        for file in wanted.files:
            target = begun / file_path(file.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            _link(blobs / file.digest, target)
        begun.chmod(0o755)
        begun.rename(wanted.path)
    except OSError:
        if not wanted.path.is_dir():  # else another kernel was faster, with the same files
            raise
    finally:
        shutil.rmtree(begun, ignore_errors=True)


def _link(blob: Path, target: Path) -> None:
    try:
        os.link(blob, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(blob, target)
