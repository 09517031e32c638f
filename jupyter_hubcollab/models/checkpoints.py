"""Checkpoints of runs: the branch ``runs/<id>`` of a model holds those that are kept, a folder for each step.

Built as ``Checkpoints(shelves, held, publications)``. Files are blobs by their SHA-256, one for each tensor: a tensor
that did not change is stored once, one that changed a little may be kept as a delta (`chains.py`). The branch has one
commit, so that what was dropped is not kept by its history.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from .. import wire
from ..access import require, require_scope
from ..clock import utc_now
from ..errors import AccessDenied, BadInput, BlobNotFound, EntryNotFound, RepoNotFound, RevisionNotFound
from ..names import (
    CONFIG_FILE,
    DEFAULT_BRANCH,
    TENSOR_FOLDER,
    FilePath,
    RepoId,
    Revision,
    digest,
    file_path,
)
from . import chains
from .assembling import Newest, assembled, names_in

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.changes import Change
    from .held import Held
    from .publications import Publications, Shelves

INDEX = FilePath("checkpoints.json")
LONGEST_INDEX = 16 << 20
MOST_FILES = 10_000
NONE = wire.CheckpointList(checkpoints=[], bases=[])
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_LOWEST = re.compile(r"loss|err|mse|rmse|mae|nll|perplexity", re.IGNORECASE)


class Checkpoints:
    """The checkpoints of all runs."""

    def __init__(
        self, shelves: Shelves, held: Held, publications: Publications, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._shelves = shelves
        self._held = held
        self._publications = publications
        self._now = now

    def add(self, actor: Actor, repo: RepoId, asked: wire.CheckpointRequest) -> wire.CheckpointList:
        """Keep a checkpoint, and drop those that are not to be kept; those that stay.

        Raises:
            BlobNotFound: the bytes of a file were not sent.
        """
        require_scope(actor, "write")
        branch = branch_of(asked.run_id)
        self._check(actor, asked)
        self._open(actor, repo, branch, private=asked.private)
        before = self.list(actor, repo, asked.run_id)
        known = chains.known_of(before)
        files = chains.entries(asked, known)
        new = wire.Checkpoint(run_id=asked.run_id, step=asked.step, at=self._now(), metrics=asked.metrics, files=files)
        others = [one for one in before.checkpoints if one.step != asked.step]
        kept = kept_of(sorted([*others, new], key=lambda one: one.step), asked.keep)
        after = wire.CheckpointList(checkpoints=kept, bases=chains.bases_of(kept, known | {f.whole: f for f in files}))
        self._commit(actor, repo, branch, (before, after))
        return after

    def list(self, actor: Actor, repo: RepoId, run_id: str) -> wire.CheckpointList:
        """The checkpoints of a run that are kept, by step; none where there is no branch."""
        branch = branch_of(run_id)
        try:
            entry = self._shelves.files.entry(actor, repo, branch, INDEX)
        except (RevisionNotFound, EntryNotFound):
            return NONE
        span = (0, min(entry.size, LONGEST_INDEX))
        content = b"".join(self._shelves.files.content(actor, repo, branch, entry, span))
        try:
            return msgspec.json.decode(content, type=wire.CheckpointList)
        except msgspec.DecodeError:  # somebody wrote another file of this name to the branch
            return NONE

    def promote(self, actor: Actor, repo: RepoId, run_id: str, *, step: int, asked: wire.Promotion) -> wire.Publication:
        """Make a version of a checkpoint.

        Raises:
            RevisionNotFound: the run has no checkpoint of this step any more.
        """
        kept = self.list(actor, repo, run_id)
        found = next((one for one in kept.checkpoints if one.step == step), None)
        if found is None:
            raise RevisionNotFound(f"the run {run_id} has no checkpoint of step {step}; it may not have been kept")
        files = [self._whole(actor, file, chains.known_of(kept)) for file in found.files]
        read, keep = self._part, partial(self._kept, actor)
        made = assembled([*files, *self._settings(actor, repo, files)], read, keep)
        request = wire.PublicationRequest(
            files=made.files,
            library=made.library,
            message=asked.message or f"Step {step} of the run {run_id}",
            tag=asked.tag,
            metrics=[wire.MetricGiven(name=name, value=value) for name, value in found.metrics.items()],
            run_id=run_id,
            provenance={"checkpoint": {"run": run_id, "step": step}},
        )
        return self._publications.publish(actor, repo, request)

    def _whole(self, actor: Actor, file: wire.CheckpointFile, known: chains.Known) -> wire.PublishedFile:
        """A file of a checkpoint as a version has it: nobody who reads it needs to know of chains."""
        if file.base is None:
            return wire.PublishedFile(path=file.path, digest=file.digest, size_bytes=file.size_bytes)
        content = chains.whole_of(file, known, self._bytes)
        incoming = self._held.incoming()
        try:
            incoming.write(content)
            self._held.finish(actor, incoming, digest(file.whole))
        finally:
            incoming.abort()
        return wire.PublishedFile(path=chains.plain(file.path), digest=file.whole, size_bytes=len(content))

    def _settings(
        self, actor: Actor, repo: RepoId, files: Sequence[wire.PublishedFile]
    ) -> Sequence[wire.PublishedFile]:
        """Of a checkpoint of tensors alone: those of the newest version, if its weights have the same names."""
        if any(not file.path.startswith(TENSOR_FOLDER) for file in files):
            return []
        newest = Newest(self._shelves.files, actor, repo)
        if newest.names != names_in(files, self._part):
            return []
        return [self._kept(actor, CONFIG_FILE, iter([newest.settings]))] if newest.settings else []

    def _part(self, file: wire.PublishedFile, start: int, end: int) -> Iterator[bytes]:
        return self._shelves.blobs.read(digest(file.digest), start, end)

    def _kept(self, actor: Actor, path: str, content: Iterator[bytes]) -> wire.PublishedFile:
        """A blob of what was put together here."""
        incoming, seen, size = self._held.incoming(), hashlib.sha256(), 0
        try:
            for piece in content:
                incoming.write(piece)
                seen.update(piece)
                size += len(piece)
            self._held.finish(actor, incoming, digest(seen.hexdigest()))
        finally:
            incoming.abort()
        return wire.PublishedFile(path=path, digest=seen.hexdigest(), size_bytes=size)

    def _bytes(self, file: wire.CheckpointFile) -> bytes:
        return b"".join(self._shelves.blobs.read(digest(file.digest), 0, file.size_bytes))

    def _check(self, actor: Actor, asked: wire.CheckpointRequest) -> None:
        if not asked.files or len(asked.files) > MOST_FILES:
            raise BadInput(f"a checkpoint has 1 to {MOST_FILES:,} files")
        if asked.step < 0:
            raise BadInput("a step is 0 or more")
        for file in asked.files:
            file_path(file.path)
        missing = set(self._held.missing(actor, [digest(file.digest) for file in asked.files]))
        if missing:
            raise BlobNotFound(f"{len(missing)} of the files were not sent; PUT them to blobs/SHA256 first")

    def _open(self, actor: Actor, repo: RepoId, branch: Revision, *, private: bool) -> None:
        try:
            found = self._shelves.repos.get(actor, repo)
        except RepoNotFound:
            found = self._shelves.repos.create(actor, repo, private=private)
        require(actor, "write", found)
        if branch not in (ref.name for ref in self._shelves.refs.branches(actor, found.id)):
            first = self._shelves.refs.history(actor, found.id, DEFAULT_BRANCH, limit=1)[0]
            self._shelves.refs.create_branch(actor, found.id, branch, Revision(first.id))

    def _commit(
        self,
        actor: Actor,
        repo: RepoId,
        branch: Revision,
        change: tuple[wire.CheckpointList, wire.CheckpointList],
    ) -> None:
        from ..hub.changes import Delete, Put

        before, kept = change
        there = set(_placed(before))
        puts: dict[FilePath, Change] = {
            path: Put(path, digest(file.digest), file.size_bytes) for path, file in _placed(kept).items()
        }
        index = msgspec.json.format(msgspec.json.encode(kept), indent=1)
        changes: list[Change] = [
            *(Delete(path) for path in sorted(there - set(puts))),
            *puts.values(),
            Put(INDEX, index, len(index)),
        ]
        newest = max((one.step for one in kept.checkpoints), default=0)
        message = f"Checkpoint of step {newest}"
        self._shelves.commits.commit(actor, repo, changes, message=message, branch=branch)
        if there - set(puts):
            try:
                self._shelves.commits.squash(actor, repo, branch=branch, message=message)
            except AccessDenied:  # not the owner: what was dropped stays in the history of the branch
                return


def _placed(kept: wire.CheckpointList) -> dict[FilePath, wire.CheckpointFile]:
    """All files of a branch by their paths in it."""
    found = {FilePath(file.path): file for file in kept.bases}
    for one in kept.checkpoints:
        found |= {FilePath(f"{folder_of(one.step)}/{file.path}"): file for file in one.files}
    return found


def branch_of(run_id: str) -> Revision:
    """The branch that holds the checkpoints of a run.

    Raises:
        BadInput: no run has such an id.
    """
    if not _RUN.fullmatch(run_id):
        raise BadInput(f"'{run_id[:80]}' is no id of a run")
    return Revision(f"runs/{run_id}")


def folder_of(step: int) -> str:
    """The folder of a checkpoint; sorts by step."""
    return f"step-{step:012d}"


def kept_of(checkpoints: Sequence[wire.Checkpoint], keep: wire.Keep) -> list[wire.Checkpoint]:
    """Those of *checkpoints*, by step, that stay; the newest always does."""
    steps = {one.step for one in checkpoints[-max(1, keep.last) :]}
    if keep.every > 0:
        steps |= {one.step for one in checkpoints if one.step % keep.every == 0}
    metric = keep.metric or next((name for one in checkpoints for name in one.metrics), None)
    if metric is not None and keep.best > 0:
        lowest = keep.lowest if keep.lowest is not None else bool(_LOWEST.search(metric))
        measured = [one for one in checkpoints if metric in one.metrics]
        ranked = sorted(measured, key=lambda one: (one.metrics[metric], one.step), reverse=not lowest)
        steps |= {one.step for one in ranked[: keep.best]}
    return [one for one in checkpoints if one.step in steps]
