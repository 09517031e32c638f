"""Branches, tags, and what a revision means; read from git, which is the truth."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

import pygit2
from pygit2.enums import SortMode

from ..access import Actor, require
from ..clock import utc_now
from ..errors import AccessDenied, BadRevision, RefExists, RevisionNotFound
from ..names import DEFAULT_BRANCH, FilePath, RepoId, Revision, revision
from ..storage.bare import BareRepos
from ..storage.files import bytes_below
from ..storage.ref_files import move_ref
from .events import CommitMade
from .gates import Gates
from .objects import write_tag
from .protection import Protection
from .repos import Repo, Repos
from .signatures import time_of, user_of

HEADS, TAGS, PULLS = "refs/heads/", "refs/tags/", "refs/pr/"
_HEX = re.compile(r"[0-9a-f]{4,40}")
_LOOK_BACK = 1000
_MOST_READ = 50_000
"""About 25 MB of refs."""
_COMMIT_ID = re.compile(r"[0-9a-fA-F]{40}")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit; ``author`` is the identity's name, ``author_name`` what people read."""

    id: str
    parents: tuple[str, ...]
    message: str
    author: str
    author_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ref:
    """A branch or a tag; ``message``, ``at`` and ``author`` are the tag's own where it has them, else the commit's."""

    name: str
    kind: Literal["branch", "tag"]
    commit: str
    message: str
    at: datetime
    author: str


Nicknames = Callable[[Repo, Revision], "str | None"]
"""The branch or tag that is meant by another name, if one is."""


class Refs:
    """The refs of all repos."""

    def __init__(
        self,
        repos: Repos,
        bare: BareRepos,
        gates: Gates,
        protection: Protection,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._repos = repos
        self._bare = bare
        self._gates = gates
        self._protection = protection
        self._now = now
        self._read: dict[tuple[str, str], Ref] = {}
        self.made: list[Callable[[CommitMade], None]] = []
        """Who is told of a new branch or tag."""
        self.nicknames: list[Nicknames] = []
        """What else may be meant where no branch, tag or commit has a name."""

    def resolve(self, actor: Actor, repo: RepoId, revision: Revision) -> Commit:
        """The commit that *revision* means: a branch before a tag before a commit id.

        Raises:
            RevisionNotFound: there is none.
        """
        return commit_of(self.find(actor, repo, revision)[1])

    def find(self, actor: Actor, repo: RepoId, revision: Revision) -> tuple[pygit2.Repository, pygit2.Commit, Repo]:
        """Like `resolve`, for the hub's own use: git's objects; only for the thread that asked."""
        found = self._repos.get(actor, repo)
        git = self._bare.open(found.storage)
        return git, self._meant(git, found, revision), found

    def _meant(self, git: pygit2.Repository, repo: Repo, revision: Revision) -> pygit2.Commit:
        try:
            return lookup(git, revision)
        except RevisionNotFound:
            for nickname in self.nicknames:
                name = nickname(repo, revision)
                if name is not None:
                    return lookup(git, name)
            raise

    def find_open(
        self, actor: Actor, repo: RepoId, revision: Revision
    ) -> tuple[pygit2.Repository, pygit2.Commit, Repo]:
        """Like `find`, for whoever may read the files, too.

        Raises:
            GatedRepo: *actor* has to ask for them first.
        """
        found = self.find(actor, repo, revision)
        self._gates.require_open(actor, found[2])
        return found

    def open(self, repo: Repo) -> pygit2.Repository:
        """git's view of a repo that was found before."""
        return self._bare.open(repo.storage)

    def history_bytes(self, repo: Repo) -> int:
        """What git's own objects of a repo take on disk."""
        return bytes_below(self._bare.path(repo.storage) / "objects")

    def last_changes(
        self, actor: Actor, repo: RepoId, revision: Revision, paths: Sequence[FilePath]
    ) -> dict[FilePath, Commit]:
        """For each path the newest commit that changed it; looks back a thousand commits at most."""
        git, commit, _ = self.find(actor, repo, revision)
        wanted = set(paths)
        found: dict[FilePath, Commit] = {}
        for one in islice(git.walk(commit.id, SortMode.TOPOLOGICAL), _LOOK_BACK):
            changed = {path for path in wanted if _differs(one, path)}
            found |= dict.fromkeys(changed, commit_of(one))
            wanted -= changed
            if not wanted:
                break
        return found

    def branches(self, actor: Actor, repo: RepoId) -> list[Ref]:
        """All branches, by name."""
        return self._list(actor, repo, HEADS)

    def tags(self, actor: Actor, repo: RepoId) -> list[Ref]:
        """All tags, by name."""
        return self._list(actor, repo, TAGS)

    def all(self, actor: Actor, repo: RepoId, prefix: str) -> dict[str, str]:
        """Full names below *prefix* and the commits to which they lead."""
        git = self._bare.open(self._repos.get(actor, repo).storage)
        return {name: str(git.references[name].peel(pygit2.Commit).id) for name in _names(git, prefix)}

    def create_branch(self, actor: Actor, repo: RepoId, name: str, start: Revision = DEFAULT_BRANCH) -> Ref:
        """Begin a branch at *start*.

        Raises:
            RefExists: there is a branch of this name.
            BadRevision: no branch can have this name.
        """
        full = HEADS + new_name(name, "branch")
        found = self._writable(actor, repo)
        self._protection.require(actor, found, full, "make")
        with self._bare.writing(found.storage) as git:
            _create(git, full, str(lookup(git, start).id))
            self._bare.sync_refs(found.storage, [full])
            made = _ref(git, full)
        self._tell(actor, found, full, made)
        return made

    def create_tag(
        self, actor: Actor, repo: RepoId, name: str, at: Revision = DEFAULT_BRANCH, message: str = ""
    ) -> Ref:
        """Give a commit a name that stays.

        Raises:
            RefExists: there is a tag of this name.
        """
        full = TAGS + new_name(name, "tag")
        found = self._writable(actor, repo)
        self._protection.require(actor, found, full, "make")
        with self._bare.writing(found.storage) as git:
            commit = lookup(git, at)
            refuse_taken(git, full)
            tag = write_tag(git, name, str(commit.id), message, (actor, self._now()))
            self._bare.sync_objects(found.storage, [tag])
            _create(git, full, tag)
            self._bare.sync_refs(found.storage, [full])
            made = _ref(git, full)
        self._tell(actor, found, full, made)
        return made

    def delete_branch(self, actor: Actor, repo: RepoId, name: str) -> None:
        """Forget a branch; its commits stay reachable by id until they are collected.

        Raises:
            AccessDenied: it is ``main``, which every repo has.
        """
        if name == DEFAULT_BRANCH:
            raise AccessDenied("Cannot delete refs/heads/main: every repo has this branch")
        self._delete(actor, repo, HEADS + name)

    def delete_tag(self, actor: Actor, repo: RepoId, name: str) -> None:
        """Forget a tag."""
        self._delete(actor, repo, TAGS + name)

    def history(
        self, actor: Actor, repo: RepoId, revision: Revision, *, limit: int = 100, offset: int = 0
    ) -> list[Commit]:
        """The commits that led to *revision*, newest first."""
        git, commit, _ = self.find(actor, repo, revision)
        walk = git.walk(commit.id, SortMode.TOPOLOGICAL)
        return [commit_of(one) for one in islice(walk, offset, offset + limit)]

    def _tell(self, actor: Actor, repo: Repo, full: str, made: Ref) -> None:
        tag = made.name if made.kind == "tag" else None
        for tell in self.made:
            tell(CommitMade(repo.id, full, made.commit, actor, tag, repo.private, repo.owner))

    def _list(self, actor: Actor, repo: RepoId, prefix: str) -> list[Ref]:
        git = self._bare.open(self._repos.get(actor, repo).storage)
        named = sorted((one.name, str(one.target)) for one in git.references.iterator() if one.name.startswith(prefix))
        return [self._known(git, *one) for one in named]

    def _known(self, git: pygit2.Repository, full: str, target: str) -> Ref:
        """A ref by the object to which it leads, which never changes: it is read once."""
        found = self._read.get((full, target))
        if found is None:
            found = _ref(git, full)
            if len(self._read) >= _MOST_READ:
                self._read.clear()
            if _COMMIT_ID.fullmatch(target):
                self._read[full, target] = found
        return found

    def _delete(self, actor: Actor, repo: RepoId, full: str) -> None:
        found = self._writable(actor, repo)
        self._protection.require(actor, found, full, "delete")
        with self._bare.writing(found.storage) as git:
            if full not in git.references:
                raise RevisionNotFound(f"Invalid rev id: reference {full} does not exist")
            git.references.delete(full)
            self._bare.sync_refs(found.storage, [full])

    def _writable(self, actor: Actor, repo: RepoId) -> Repo:
        found = self._repos.get(actor, repo)
        require(actor, "write", found)
        return found


def lookup(git: pygit2.Repository, revision: str) -> pygit2.Commit:
    """The commit that *revision* means.

    Raises:
        RevisionNotFound: there is none.
    """
    name = DEFAULT_BRANCH if revision == "HEAD" else revision
    for full in (HEADS + name, TAGS + name, name if name.startswith("refs/") else ""):
        reference = git.references.get(full) if full else None
        if reference is not None:
            return _peeled(reference, revision)
    return _by_id(git, name) if _HEX.fullmatch(name.lower()) else _unknown(revision)


def branch_ref(git: pygit2.Repository, branch: Revision) -> tuple[str, pygit2.Commit]:
    """The full name of the ref that a commit on *branch* moves, and where it is now.

    Raises:
        RevisionNotFound: there is no such branch.
        BadRevision: it is a tag or a commit, which do not move.
    """
    full = branch if branch.startswith(PULLS) else HEADS + branch.removeprefix(HEADS)
    reference = git.references.get(full)
    if reference is not None:
        return full, _peeled(reference, branch)
    lookup(git, branch)
    raise BadRevision(f"'{branch}' is not a branch; commit to a branch, as in main")


def new_name(name: str, what: Literal["branch", "tag"]) -> str:
    """Check the name for something new.

    Raises:
        BadRevision: git could not hold it, or it would be taken for something else.
    """
    try:
        revision(name)
    except BadRevision as error:
        raise BadRevision(f"Invalid reference for a {what}: {error}") from error
    if name == "HEAD" or name.startswith("refs/") or _COMMIT_ID.fullmatch(name):
        raise BadRevision(f"Invalid reference for a {what}: '{name}' would be taken for something else")
    return name


def refuse_taken(git: pygit2.Repository, full: str) -> None:
    """Make sure that a ref can be created.

    Raises:
        RefExists: there is one of this name.
        BadRevision: another one is in the way, as ``a`` is for ``a/b``.
    """
    if full in git.references:
        raise RefExists(f"Reference {full} already exists")
    for other in git.references:
        if other.startswith(full + "/") or full.startswith(other + "/"):
            raise BadRevision(f"Invalid reference: {full} and {other} cannot both exist")


def commit_of(commit: pygit2.Commit) -> Commit:
    """A commit as a value."""
    return Commit(
        str(commit.id),
        tuple(str(parent) for parent in commit.parent_ids),
        commit.message.strip("\n"),
        user_of(commit.author),
        commit.author.name,
        time_of(commit.author),
    )


def _differs(commit: pygit2.Commit, path: str) -> bool:
    """Did *commit* change *path*, against all its parents?"""
    here = _oid_at(commit, path)
    return here is not None and all(_oid_at(parent, path) != here for parent in commit.parents)


def _oid_at(commit: pygit2.Commit, path: str) -> pygit2.Oid | None:
    try:
        return commit.tree[path].id
    except KeyError:
        return None


def _names(git: pygit2.Repository, prefix: str) -> list[str]:
    return sorted(name for name in git.references if name.startswith(prefix))


def _create(git: pygit2.Repository, full: str, target: str) -> None:
    refuse_taken(git, full)
    move_ref(git, full, old=None, new=target)


def _ref(git: pygit2.Repository, full: str) -> Ref:
    reference = git.references[full]
    commit = reference.peel(pygit2.Commit)
    if full.startswith(HEADS):
        made = commit_of(commit)
        return Ref(full.removeprefix(HEADS), "branch", made.id, made.message, made.at, made.author)
    tag = git[reference.target]
    who = tag.tagger if isinstance(tag, pygit2.Tag) and tag.tagger is not None else commit.author
    message = tag.message.strip("\n") if isinstance(tag, pygit2.Tag) else commit.message.strip("\n")
    return Ref(full.removeprefix(TAGS), "tag", str(commit.id), message, time_of(who), user_of(who))


def _peeled(reference: pygit2.Reference, revision: str) -> pygit2.Commit:
    try:
        return reference.peel(pygit2.Commit)
    except (pygit2.GitError, ValueError):  # a tag of a tree or of a file
        return _unknown(revision)


def _by_id(git: pygit2.Repository, prefix: str) -> pygit2.Commit:
    try:
        found = git[prefix.lower()]
    except (KeyError, ValueError):  # ValueError: several objects begin like this
        return _unknown(prefix)
    return found if isinstance(found, pygit2.Commit) else _unknown(prefix)


def _unknown(revision: str) -> pygit2.Commit:
    raise RevisionNotFound(f"Invalid rev id: {revision}; the repo has no such branch, tag or commit")
