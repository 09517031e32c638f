"""Large files taken out of a repo for good: history is written anew without them, in every branch, tag, pull request.

Each ref moves by itself, to commits that are whole and on disk by then. Killed in between, some refs have the files and
some have not; the same call finishes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

import pygit2
from pygit2.enums import ObjectType, SortMode
from sqlalchemy import delete, select, update

from ..access import Actor, require
from ..clock import utc_now
from ..errors import StaleParent
from ..names import Digest, RepoId
from ..storage.bare import BareRepos
from ..storage.database import Database
from ..storage.schema import discussions, repo_blobs
from .events import CommitMade, Events
from .index import index_head
from .objects import tree_by, written
from .pointers import LONGEST_POINTER, parse_pointer
from .refs import TAGS
from .repos import Repo, Repos


class Erasing:
    """Takes files out of histories."""

    def __init__(
        self,
        database: Database,
        bare: BareRepos,
        repos: Repos,
        events: Events,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._bare = bare
        self._repos = repos
        self._events = events
        self._now = now

    def erase(self, actor: Actor, repo: RepoId, digests: Collection[Digest]) -> None:
        """Write the history of *repo* anew without the blobs *digests*; for its admins.

        The blobs themselves go when they are collected as garbage, if no other repo names them.

        Raises:
            AccessDenied: *actor* is no admin of it.
        """
        found = self._repos.get(actor, repo)
        require(actor, "admin", found)
        with self._bare.writing(found.storage) as git:
            rewriting = _Rewriting(git, frozenset(digests))
            targets = {name: rewriting.target(str(git.references[name].target)) for name in list(git.references)}
            self._bare.sync_objects(found.storage, rewriting.made)
            moved = {name: new for name, new in targets.items() if str(git.references[name].target) != new}
            former = {name: str(git.references[name].target) for name in moved}
            for name, new in moved.items():
                _move(git, name, new)
            self._bare.sync_refs(found.storage, list(moved))
            self._note(git, found, rewriting.commits, digests)
            tips = {name: str(git.references[name].peel(pygit2.Commit).id) for name in moved}
        for name, tip in tips.items():
            tag = name.removeprefix(TAGS) if name.startswith(TAGS) else None
            before = None if tag is not None else former[name]
            self._events.publish(CommitMade(found.id, name, tip, actor, tag, found.private, found.owner, before))

    def _note(self, git: pygit2.Repository, repo: Repo, commits: dict[str, str], digests: Collection[Digest]) -> None:
        with self._database.write() as connection:
            for start in range(0, len(digests), 500):
                asked = repo_blobs.c.digest.in_(list(digests)[start : start + 500])
                connection.execute(delete(repo_blobs).where(repo_blobs.c.repo_pk == repo.pk, asked))
            mine = discussions.c.repo_pk == repo.pk
            for row in connection.execute(select(discussions).where(mine, discussions.c.is_pull_request)).all():
                values = {"base": commits.get(row.base, row.base)}
                values["merge_commit"] = commits.get(row.merge_commit, row.merge_commit)
                connection.execute(update(discussions).where(mine, discussions.c.number == row.number).values(**values))
            index_head(connection, repo.pk, git, self._now())


class _Rewriting:
    """Writes commits and folders anew, each once."""

    def __init__(self, git: pygit2.Repository, digests: frozenset[Digest]) -> None:
        self._git = git
        self._digests = digests
        self._trees: dict[str, str | None] = {}
        self.commits: dict[str, str] = {}
        self.made: set[str] = set()

    def target(self, oid: str) -> str:
        """What a ref that leads to *oid* leads to from now on."""
        found = self._git[oid]
        if isinstance(found, pygit2.Tag):
            return self._tag(found)
        if not isinstance(found, pygit2.Commit):
            return oid
        walk = self._git.walk(found.id, SortMode.TOPOLOGICAL | SortMode.REVERSE)
        for commit in walk:
            if str(commit.id) not in self.commits:
                self.commits[str(commit.id)] = self._commit(commit)
        return self.commits[oid]

    def _tag(self, tag: pygit2.Tag) -> str:
        old = str(tag.target)
        new = self.target(old)
        if new == old:
            return str(tag.id)
        _, _, rest = tag.read_raw().partition(b"\n")
        return self._kept(self._git.write(ObjectType.TAG, b"object " + new.encode() + b"\n" + rest))

    def _commit(self, commit: pygit2.Commit) -> str:
        tree = self._tree(str(commit.tree_id)) or str(self._git.TreeBuilder().write())
        parents = [self.commits[str(parent)] for parent in commit.parent_ids]
        if tree == str(commit.tree_id) and parents == [str(parent) for parent in commit.parent_ids]:
            return str(commit.id)
        self.made.add(tree)
        made = self._git.create_commit(
            None, commit.author, commit.committer, commit.message, tree, [pygit2.Oid(hex=one) for one in parents]
        )
        return self._kept(written(self._git, made))

    def _tree(self, oid: str) -> str | None:
        """The folder without the files; None where nothing is left."""
        if oid not in self._trees:
            self._trees[oid] = self._without(oid)
        return self._trees[oid]

    def _without(self, oid: str) -> str | None:
        old = tree_by(self._git, oid)
        builder = self._git.TreeBuilder(old)
        for child in old:
            name = str(child.name)
            if isinstance(child, pygit2.Tree):
                new = self._tree(str(child.id))
                if new is None:
                    builder.remove(name)
                elif new != str(child.id):
                    builder.insert(name, new, child.filemode)
            elif isinstance(child, pygit2.Blob) and self._is_gone(child):
                builder.remove(name)
        if not len(builder):
            return None
        made = str(builder.write())
        return oid if made == oid else self._kept(made)

    def _is_gone(self, blob: pygit2.Blob) -> bool:
        pointer = parse_pointer(blob.data) if blob.size <= LONGEST_POINTER else None
        return pointer is not None and pointer.digest in self._digests

    def _kept(self, oid: object) -> str:
        self.made.add(str(oid))
        return str(oid)


def _move(git: pygit2.Repository, name: str, new: str) -> None:
    try:
        git.references[name].set_target(new)
    except pygit2.GitError as error:
        if "old reference value does not match" not in str(error):
            raise
        raise StaleParent(f"{name} was updated meanwhile. Please try again.") from error
