"""What the gates read of a hub: the rules of a repo, versions and datasets as folders, what was measured before.

Built as ``Stock(shelf, runs)``.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import EntryNotFound, HubError
from ...names import DEFAULT_BRANCH, FilePath, RepoId, Revision, revision
from .. import cards
from ..scan.verdicts import SAFE, Safety
from . import reading
from .rules import NAME, Rules
from .runs import Run, Runs
from .standing import Subject, judges_of

if TYPE_CHECKING:
    from ...access import Actor
    from ...hub.files import Entry, Files
    from ...hub.refs import Refs
    from ...hub.repos import Repo, Repos
    from ...storage.pooled import PooledBlobs
    from ..aliases import Aliases
    from ..facts import FactsOf
    from ..scan import Scans

LARGEST_CODE = 16 << 20
"""Larger files of main are weights, not code by which versions are judged."""


@dataclass(frozen=True)
class Shelf:
    """Where it all is."""

    repos: Repos
    refs: Refs
    files: Files
    blobs: PooledBlobs
    scans: Scans
    facts: FactsOf
    aliases: Aliases


@dataclass(frozen=True)
class Statutes:
    """The rules at a commit."""

    commit: str
    rules: Rules
    mistakes: Sequence[reading.Mistake] = ()
    digest: str = ""
    """What tells whether two commits have the same rules, and the same code that judges."""
    examples: str = ""
    """What tells whether they have the same examples."""
    is_there: bool = True


class Stock:
    """Reads a hub for the gates."""

    def __init__(self, shelf: Shelf, runs: Runs) -> None:
        self.shelf = shelf
        self._runs = runs

    def statutes(self, actor: Actor, repo: RepoId, at: Revision = DEFAULT_BRANCH) -> Statutes:
        """The rules of *repo* at a revision; none where the file is not there."""
        commit = self.shelf.refs.resolve(actor, repo, at).id
        text = self._text(actor, repo, commit, NAME, most=reading.LONGEST)
        if text is None:
            return Statutes(commit, Rules(), is_there=False)
        rules, mistakes = reading.examined(text)
        if mistakes:
            return Statutes(commit, rules, mistakes)
        named = sorted({file for one in rules.evaluations for file in judges_of(one)})
        code = [f"{path} {self._oid(actor, repo, commit, path)}" for path in named]
        digest = hashlib.sha256("\n".join([reading.digest(rules), *code]).encode()).hexdigest()[:32]
        return Statutes(commit, rules, digest=digest, examples=self._oid(actor, repo, commit, rules.examples.file))

    def version_of(self, actor: Actor, repo: Repo, name: str) -> str | None:
        """The commit to which an alias leads, or a version, branch or commit; None where there is none."""
        tag = self.shelf.aliases.tag_of(repo, name)
        try:
            return self.shelf.refs.resolve(actor, repo.id, revision(tag or name)).id
        except HubError:
            return None

    def subject(self, actor: Actor, repo: RepoId, commit: str, folder: Path) -> Subject:
        """The version at *commit*; its files go to *folder* when they are first needed."""
        entries = self._entries(actor, repo, commit)
        text = self._text(actor, repo, commit, cards.NAME, most=cards.LONGEST) or ""

        @cache
        def files() -> Path:
            self._bring(actor, (repo, commit), entries, folder)
            return folder

        def scans() -> list[tuple[str, Safety, str]]:
            return [self._scan(entry) for entry in entries]

        return Subject(files, cards.shown(text), sum(one.size for one in entries), scans)

    def code(self, actor: Actor, repo: RepoId, commit: str, folder: Path) -> Path:
        """The small files at *commit*, by which versions are judged."""
        entries = [one for one in self._entries(actor, repo, commit) if one.size <= LARGEST_CODE]
        return self._bring(actor, (repo, commit), entries, folder)

    def whole(self, actor: Actor, repo: RepoId, at: Revision, folder: Path) -> Path:
        """All files at a revision."""
        commit = self.shelf.refs.resolve(actor, repo, at).id
        return self._bring(actor, (repo, commit), self._entries(actor, repo, commit), folder)

    def sources(self, actor: Actor, repo: Repo, digest: str, place: Path) -> HubSources:
        """Where the judge of a version finds other things."""
        return HubSources(self, self._runs, actor, repo, digest=digest, place=place)

    def _entries(self, actor: Actor, repo: RepoId, commit: str) -> list[Entry]:
        return [one for one in self.shelf.files.tree(actor, repo, Revision(commit)) if not one.is_dir]

    def _bring(self, actor: Actor, at: tuple[RepoId, str], entries: Sequence[Entry], folder: Path) -> Path:
        for entry in entries:
            file = folder / entry.path
            file.parent.mkdir(parents=True, exist_ok=True)
            kept = self.shelf.blobs.path(entry.digest) if entry.digest is not None else None
            self.shelf.refs.find_open(actor, at[0], Revision(at[1]))
            if kept is not None:  # copied, not linked: the program may do with it what it likes
                shutil.copyfile(kept, file)
                continue
            with file.open("wb") as target:
                for piece in self.shelf.files.content(actor, at[0], Revision(at[1]), entry):
                    target.write(piece)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _scan(self, entry: Entry) -> tuple[str, Safety, str]:
        found = self.shelf.scans.verdict(entry.path, entry.digest) if entry.digest is not None else SAFE
        return entry.path, found.safety, found.note

    def _text(self, actor: Actor, repo: RepoId, commit: str, path: str, *, most: int) -> str | None:
        """The file at *path*, cut after *most* bytes and one; None where there is none."""
        try:
            entry = self.shelf.files.entry(actor, repo, Revision(commit), FilePath(path))
            first = (0, min(entry.size, most + 1))
            pieces = self.shelf.files.description(actor, repo, Revision(commit), entry, first)
        except EntryNotFound:
            return None
        return b"".join(pieces).decode(errors="replace")

    def _oid(self, actor: Actor, repo: RepoId, commit: str, path: str) -> str:
        try:
            return self.shelf.files.entry(actor, repo, Revision(commit), FilePath(path)).oid
        except EntryNotFound:
            return ""


@dataclass
class HubSources:
    """`judging.Sources` of a hub, for one run."""

    _stock: Stock
    _runs: Runs
    _actor: Actor
    _repo: Repo
    digest: str = field(kw_only=True)
    place: Path = field(kw_only=True)
    _datasets: dict[str, str] = field(default_factory=dict)
    """Their commits."""

    def dataset(self, name: str) -> Path:
        """The files of a dataset."""
        repo, _ = reading.dataset_of(name)
        at = Revision(self._dataset_at(name))
        return self._once(f"dataset {name}", lambda folder: self._stock.whole(self._actor, repo, at, folder))

    def dataset_commit(self, name: str) -> str:
        """The commit of a dataset, the same all through the run."""
        with suppress(HubError):
            return self._dataset_at(name)
        return ""

    def version(self, name: str) -> Path:
        """The files of an alias or version."""
        commit = self._commit(name)
        if commit is None:
            raise EntryNotFound(f"there is no {name}")
        at = Revision(commit)
        return self._once(commit, lambda folder: self._stock.whole(self._actor, self._repo.id, at, folder))

    def measured(self, version: str, evaluation: str) -> dict[str, float] | None:
        """What an alias or version has, by the same rules; the numbers of its card where *evaluation* is empty."""
        commit = self._commit(version)
        if commit is None:
            return None
        if not evaluation:
            stated = self._stock.shelf.facts.one(self._actor, self._repo.id, commit).metrics
            return {one.name: one.value for one in reversed(stated)}
        verdict = self._verdict(commit)
        same = verdict is not None and verdict.rules == self.digest and verdict.judgement is not None
        return verdict.judgement.measured.get(evaluation, {}) if same and verdict and verdict.judgement else {}

    def passed_examples(self, version: str) -> set[str] | None:
        """The examples that an alias or version passes."""
        commit = self._commit(version)
        verdict = self._verdict(commit) if commit else None
        if verdict is None or verdict.judgement is None or not verdict.judgement.answers:
            return None
        return {one.name for one in verdict.judgement.answers if one.passed}

    def _dataset_at(self, name: str) -> str:
        if name not in self._datasets:
            repo, at = reading.dataset_of(name)
            self._datasets[name] = self._stock.shelf.refs.resolve(self._actor, repo, at).id
        return self._datasets[name]

    def _commit(self, name: str) -> str | None:
        return self._stock.version_of(self._actor, self._repo, name)

    def _verdict(self, commit: str) -> Run | None:
        return self._runs.verdicts(self._repo.pk, [commit]).get(commit)

    def _once(self, name: str, bring: Callable[[Path], Path]) -> Path:
        folder = self.place / hashlib.sha256(name.encode()).hexdigest()[:16]
        return folder if folder.exists() else bring(folder)
