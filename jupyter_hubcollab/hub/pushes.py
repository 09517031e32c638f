"""What `git push` brings: looked through before any ref moves, indexed after.

git itself receives the objects into a quarantine, compares and moves the refs. Here is decided whether it may, by the
same rules as for our own commits: access, names, blobs present, scans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pygit2
from sqlalchemy import select

from ..access import Actor, require
from ..clock import utc_now
from ..errors import AccessDenied, BadPath, BadRevision, BlobNotFound, TooLarge
from ..names import DEFAULT_BRANCH, Digest, FilePath, file_path
from ..storage.schema import repos as repo_table
from .changes import Candidate, Scan
from .commits import Stores
from .contributing import may_write, proposes, require_contribution, require_push
from .events import CommitMade, Events
from .index import index_blobs, index_head
from .limits import Limits
from .objects import content_of
from .pointers import LONGEST_POINTER, Pointer, parse_pointer
from .protection import Deed, require_ref
from .refs import HEADS, PULLS, TAGS, new_name
from .repos import Repo
from .trees import refuse_lookalikes_of

_NOTHING = "0" * 40
_MAIN = HEADS + DEFAULT_BRANCH
_MOST_FILES = 200_000

Missing = Callable[[Actor, Sequence[Digest]], Sequence[Digest]]
"""Which of some blobs a person must send first."""


@dataclass(frozen=True, slots=True)
class Update:
    """A ref that should move from one object to another; forty zeros where it begins or ends."""

    old: str
    new: str
    ref: str


@dataclass(frozen=True, slots=True)
class _File:
    """A file that a push brings."""

    path: FilePath
    oid: str
    size: int
    pointer: Pointer | None


class Pushes:
    """Checks pushes and takes note of them."""

    def __init__(
        self,
        stores: Stores,
        events: Events,
        scans: Sequence[Scan],
        limits: Limits,
        *,
        largest_file: int = 10 << 20,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._stores = stores
        self._events = events
        self._scans = scans
        self._limits = limits
        self._largest_file = largest_file
        self._now = now

    def welcome_blobs(self, actor: Actor, repo: Repo) -> None:
        """Let *actor* send blobs: a pull request that is yet to be opened may name them.

        Raises:
            AccessDenied: the token is for reading only.
        """
        require_contribution(actor, repo)

    def welcome(self, actor: Actor, repo: Repo) -> None:
        """Let *actor* send objects, or say no; what they may move is asked when they are there.

        Raises:
            AccessDenied: *actor* may neither write nor take part in pull requests.
        """
        require_contribution(actor, repo)
        if not may_write(actor, repo) and not proposes(self._stores.database, actor, repo):
            require(actor, "write", repo)

    def check(self, actor: Actor, repo: Repo, updates: Sequence[Update], quarantine: Path, missing: Missing) -> None:
        """Refuse a push that breaks a rule; its new objects are in *quarantine*.

        Raises:
            AccessDenied: *actor* may not write, or a ref must stay as it is.
            BlobNotFound: a pointer names bytes that were not uploaded.
            TooLarge: a file should have been kept by git-lfs.
            UnsafeFile: a scan refuses a file.
        """
        for update in updates:
            if update.ref.startswith(PULLS):
                require_push(self._stores.database, actor, repo, update.ref)
            else:
                require(actor, "write", repo)
        git = self._stores.bare.open(repo.storage)
        if quarantine.is_dir():
            git.odb.add_disk_alternate(str(quarantine))
        tips = [tip for update in updates if (tip := _checked_tip(git, update)) is not None]
        for update in updates:
            require_ref(self._stores.database, actor, repo, update.ref, _deed(git, update))
        files = list(_brought(git, tips))
        self._check_files(actor, git, files, missing)
        blobs = [(file.pointer.digest, file.pointer.size) for file in files if file.pointer is not None]
        self._limits.require_room(repo, blobs, sum(file.size for file in files if file.pointer is None))
        for tip in tips:
            refuse_lookalikes_of(tip.tree)
            self._limits.require_files(git, str(tip.tree_id), None)
        self._note_blobs(repo, files)
        main = next((update for update in updates if update.ref == _MAIN), None)
        if main is not None:
            steps: dict[str, Any] = {
                "ref": main.ref,
                "old": main.old,
                "new": main.new,
                "tag": None,
                "tag_object": None,
                "blobs": [],
            }
            self._stores.journal.note(repo.storage, steps)

    def settle(self, actor: Actor, repo: Repo, updates: Sequence[Update]) -> None:
        """Index what has moved, and tell it."""
        with self._stores.bare.writing(repo.storage) as git:
            moved = [update for update in updates if _target(git, update.ref) == update.new]
            if any(update.ref == _MAIN for update in moved):
                with self._stores.database.write_derived() as connection:
                    pk = connection.execute(select(repo_table.c.pk).where(repo_table.c.pk == repo.pk)).scalar()
                    if pk is not None:
                        index_head(connection, pk, git, self._now())
            self._stores.journal.done(repo.storage)
            told = [(update, str(git.references[update.ref].peel(pygit2.Commit).id)) for update in moved]
        for update, commit in told:
            tag = update.ref.removeprefix(TAGS) if update.ref.startswith(TAGS) else None
            former = None if update.old == _NOTHING or tag is not None else update.old
            told_of = CommitMade(repo.id, update.ref, commit, actor, tag, repo.private, repo.owner, former)
            self._events.publish(told_of)

    def _check_files(self, actor: Actor, git: pygit2.Repository, files: Sequence[_File], missing: Missing) -> None:
        lacking = missing(actor, [file.pointer.digest for file in files if file.pointer is not None])
        for file in files:
            if file.pointer is None and file.size > self._largest_file:
                raise TooLarge(
                    f"'{file.path}' has {file.size} bytes; track it with git-lfs (git lfs track) and push again"
                )
            if file.pointer is not None and file.pointer.digest in lacking:
                raise BlobNotFound(
                    f"'{file.path}' points to a blob that was not uploaded; run git lfs push --all first"
                )
            if file.pointer is not None and self._stores.blobs.size(file.pointer.digest) != file.pointer.size:
                raise BlobNotFound(f"'{file.path}' points to {file.pointer.size} bytes, but the blob has another size")
            candidate = self._candidate(git, file)
            for scan in self._scans:
                scan(candidate)

    def _candidate(self, git: pygit2.Repository, file: _File) -> Candidate:
        pointer = file.pointer
        if pointer is None:
            return Candidate(file.path, file.size, None, lambda: iter([content_of(git, file.oid)]))
        return Candidate(file.path, pointer.size, pointer.digest, lambda: self._stores.blobs.read(pointer.digest))

    def _note_blobs(self, repo: Repo, files: Sequence[_File]) -> None:
        """Say that the repo names these blobs; if the push fails after all, that does no harm."""
        named = [(file.path, file.pointer.digest, file.pointer.size) for file in files if file.pointer is not None]
        if named:
            with self._stores.database.write() as connection:
                index_blobs(connection, repo.pk, named, self._now())
        for path, digest, _size in named:
            if not self._stores.blobs.has(digest):  # collected as garbage a moment ago
                raise BlobNotFound(f"'{path}' points to a blob that is gone; run git lfs push --all")


def _checked_tip(git: pygit2.Repository, update: Update) -> pygit2.Commit | None:
    """The commit to which a ref wants to move; None where it ends."""
    if not update.ref.startswith((HEADS, TAGS, PULLS)):
        raise AccessDenied(f"{update.ref} cannot be pushed; push branches and tags, or commits for a pull request")
    if update.new == _NOTHING:
        if update.ref == _MAIN:
            raise AccessDenied(f"Cannot delete {_MAIN}: every repo has this branch")
        if update.ref.startswith(PULLS):
            raise AccessDenied(f"Cannot delete {update.ref}: close the pull request instead")
        return None
    if update.old == _NOTHING and not update.ref.startswith(PULLS):
        is_branch = update.ref.startswith(HEADS)
        new_name(update.ref.removeprefix(HEADS).removeprefix(TAGS), "branch" if is_branch else "tag")
    elif update.ref.startswith(TAGS):
        raise AccessDenied(f"{update.ref} exists; versions do not move, choose another name")
    tip = _commit_at(git, update.new)
    if update.ref == _MAIN and update.old != _NOTHING and not git.descendant_of(tip.id, update.old):
        raise AccessDenied("main cannot be rewritten; fetch and merge what others pushed, or push to another branch")
    return tip


def _deed(git: pygit2.Repository, update: Update) -> Deed:
    """What a push does with a ref whose tip was checked."""
    if update.new == _NOTHING:
        return "delete"
    if update.old == _NOTHING:
        return "make"
    tip = _commit_at(git, update.new).id
    return "move" if str(tip) == update.old or git.descendant_of(tip, update.old) else "rewrite"


def _commit_at(git: pygit2.Repository, oid: str) -> pygit2.Commit:
    found = git.get(oid)
    while isinstance(found, pygit2.Tag):
        found = git.get(found.target)
    if not isinstance(found, pygit2.Commit):
        raise BadRevision("a branch or tag must lead to a commit")
    return found


def _brought(git: pygit2.Repository, tips: Sequence[pygit2.Commit]) -> Iterator[_File]:
    """The files that commits bring which no ref leads to yet; each content once."""
    seen: set[str] = set()
    for commit in _new_commits(git, tips):
        against_parents = [git.diff(parent, commit) for parent in commit.parents]
        for diff in against_parents or [commit.tree.diff_to_tree(swap=True)]:
            for delta in diff.deltas:
                oid = str(delta.new_file.id)
                if oid not in seen and (file := _file(git, delta.new_file)) is not None:
                    seen.add(oid)
                    yield file
                    if len(seen) > _MOST_FILES:
                        raise TooLarge(f"a push brings at most {_MOST_FILES} files; push in parts")


def _new_commits(git: pygit2.Repository, tips: Sequence[pygit2.Commit]) -> Iterator[pygit2.Commit]:
    if not tips:
        return
    walk = git.walk(tips[0].id)
    for tip in tips[1:]:
        walk.push(tip.id)
    for name in git.references:
        walk.hide(git.references[name].peel(pygit2.Commit).id)
    yield from walk


def _file(git: pygit2.Repository, file: pygit2.DiffFile) -> _File | None:
    blob = git.get(file.id)
    if not isinstance(blob, pygit2.Blob):  # it goes, or is a submodule
        return None
    try:
        path = file_path(file.raw_path.decode())
    except UnicodeDecodeError as error:
        raise BadPath("a file's name is no UTF-8; rename it") from error
    size = int(blob.size)
    return _File(path, str(file.id), size, parse_pointer(blob.data) if size <= LONGEST_POINTER else None)


def _target(git: pygit2.Repository, ref: str) -> str:
    reference = git.references.get(ref)
    return str(reference.target) if reference is not None else ""
