"""The one way in which history is made.

Access → blobs present → scan → commit object → ref moved, compared with where it was → index in one transaction →
events. What a crash leaves: before the ref moved, nothing that anybody sees; after it, the next start finds git ahead
of the index and catches up. A tag that belongs to a commit is noted in the journal before the ref moves, and made by
the next writer or the next start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pygit2
from sqlalchemy import select, update

from ..access import Actor, require
from ..clock import utc_now
from ..errors import BadInput, BlobNotFound, DigestMismatch, StaleParent
from ..names import DEFAULT_BRANCH, Digest, FilePath, RepoId, Revision
from ..storage.bare import BareRepos
from ..storage.blobs import Blobs
from ..storage.database import Database
from ..storage.journal import Journal
from ..storage.loose import write_blob
from ..storage.schema import repos
from .changes import Candidate, Change, Delete, Put, Scan, Staged, check_paths
from .commit_steps import Wanted, attributes, git_blob, move, refs_of, repeated, tag_it
from .contributing import require_contribution, require_push
from .events import CommitMade, Events
from .index import index_blobs, index_head
from .limits import Limits
from .merging import Merge, Solving, merged, solved
from .objects import commit_by, content_of, new_objects, write_tag, written
from .pointers import ATTRIBUTES, parse_pointer, with_paths
from .protection import require_ref
from .refs import HEADS, PULLS, TAGS, Commit, branch_ref, commit_of, lookup, new_name, refuse_taken
from .repos import Repo, Repos
from .signatures import signature
from .trees import edited

__all__ = ["Candidate", "Change", "Commits", "Delete", "Put", "Scan", "Staged", "Staging"]


@dataclass(frozen=True)
class Stores:
    """Where commits are kept."""

    database: Database
    bare: BareRepos
    blobs: Blobs
    journal: Journal


class Staging:
    """Writes small files into git's object store; they become durable and visible with the commit that puts them."""

    def __init__(self, bare: BareRepos, storage: str) -> None:
        self._bare = bare
        self._storage = storage

    def put(self, path: FilePath, content: bytes) -> Put:
        """Write a file now; what to hand to `Commits.commit` later."""
        pointer = parse_pointer(content)
        if pointer is not None:
            return Put(path, pointer.digest, pointer.size)
        with self._bare.adding(self._storage) as git:
            return Put(path, Staged(write_blob(Path(git.path), content)), len(content))


class Commits:
    """Makes commits in all repos."""

    def __init__(
        self,
        stores: Stores,
        repos: Repos,
        events: Events,
        limits: Limits,
        *,
        scans: Sequence[Scan] = (),
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._limits = limits
        self._stores = stores
        self._repos = repos
        self._events = events
        self._now = now
        self.scans = list(scans)

    def staging(self, actor: Actor, repo: RepoId) -> Staging:
        """A place for small files of a commit that is to come, so that it needs no memory for them."""
        found = self._repos.get(actor, repo)
        require_contribution(actor, found)
        return Staging(self._stores.bare, found.storage)

    def commit(  # noqa: PLR0913 -- options by keyword
        self,
        actor: Actor,
        repo: RepoId,
        changes: Sequence[Change],
        *,
        message: str,
        branch: Revision = DEFAULT_BRANCH,
        parent: str | None = None,
        tag: str | None = None,
        tag_message: str = "",
    ) -> Commit:
        """Change *branch*; with *tag*, name the result in the same step.

        A commit that changes nothing, or that repeats the newest one because its answer was lost, is that one.

        Raises:
            StaleParent: the branch is no longer at *parent*.
            BlobNotFound: a change names bytes that are not in the store.
            RefExists: the tag exists; nothing was written.
            UnsafeFile: a scan refuses a file.
            TooLarge: it is more than a limit or the quota of the namespace allows.
        """
        found = self._repos.get(actor, repo)
        require_push(self._stores.database, actor, found, branch)
        check_paths(changes)
        if tag is not None:
            require_ref(self._stores.database, actor, found, TAGS + new_name(tag, "tag"), "make")
        wanted = Wanted(actor, found, changes, message, branch, parent, tag, tag_message)
        puts = [self._checked(change) for change in changes if isinstance(change, Put)]
        blobs = [(put.content, put.size) for put in puts if isinstance(put.content, str)]
        self._limits.require_room(found, blobs, _texts(puts))
        self._scan(found, puts)
        with self._stores.bare.writing(found.storage) as git:
            self._finish_pending(found.storage, git)
            made, steps = self._write(git, wanted, puts)
            if steps:
                self._carry_out(git, found, steps, puts)
        if steps:
            self._tell(actor, found, steps)
        return made

    def squash(self, actor: Actor, repo: RepoId, *, branch: Revision, message: str) -> Commit:
        """Replace the history of *branch* by one commit with the same files; tags keep what they lead to.

        Raises:
            AccessDenied: *actor* is not the owner.
        """
        found = self._repos.get(actor, repo)
        require(actor, "admin", found)
        with self._stores.bare.writing(found.storage) as git:
            self._finish_pending(found.storage, git)
            ref, head = branch_ref(git, branch)
            who = signature(actor, self._now())
            new = written(git, git.create_commit(None, who, who, message, head.tree_id, []))
            steps = {"ref": ref, "old": str(head.id), "new": new, "tag": None, "tag_object": None}
            self._carry_out(git, found, steps, [])
            made = commit_of(commit_by(git, new))
        self._tell(actor, found, steps)
        return made

    def merge(  # noqa: PLR0913 -- options by keyword
        self, actor: Actor, repo: RepoId, ref: str, *, into: Revision, message: str, base: str | None, head: str | None
    ) -> Commit:
        """Bring the commits of *ref* into the branch *into*; *base* is where they began, *head* the newest one seen.

        Raises:
            MergeConflict: both changed the same files; nothing was written.
            StaleParent: *ref* is no longer at *head*.
        """
        found = self._repos.get(actor, repo)
        require_push(self._stores.database, actor, found, into)
        with self._stores.bare.writing(found.storage) as git:
            self._finish_pending(found.storage, git)
            target, ours = branch_ref(git, into)
            theirs = lookup(git, ref)
            if head not in (None, str(theirs.id)):
                raise StaleParent(f"{ref} has newer commits; look at them, then merge")
            new = merged(git, Merge(ours, theirs, base), message, signature(actor, self._now()))
            steps = {"ref": target, "old": str(ours.id), "new": new, "tag": None, "tag_object": None}
            if new != str(ours.id):
                self._carry_out(git, found, steps, [])
            made = commit_of(commit_by(git, new))
        if new != str(ours.id):
            self._tell(actor, found, steps)
        return made

    def solve(self, actor: Actor, repo: RepoId, changes: Sequence[Change], merge: Solving) -> Commit:
        """Bring a branch into ``merge.ref``, with *changes* in the place of the files that both changed.

        Raises:
            MergeConflict: a file that both changed is not among the changes.
            StaleParent: one of the two has newer commits than those that were seen.
        """
        found = self._repos.get(actor, repo)
        require_push(self._stores.database, actor, found, merge.ref)
        check_paths(changes)
        puts = [self._checked(change) for change in changes if isinstance(change, Put)]
        blobs = [(put.content, put.size) for put in puts if isinstance(put.content, str)]
        self._limits.require_room(found, blobs, _texts(puts))
        self._scan(found, puts)
        with self._stores.bare.writing(found.storage) as git:
            self._finish_pending(found.storage, git)
            (full, ours), (_, theirs) = branch_ref(git, merge.ref), branch_ref(git, merge.target)
            if (str(ours.id), str(theirs.id)) != (merge.head, merge.target_head):
                raise StaleParent(f"{merge.ref} or {merge.target} has newer commits; look at the conflicts again")
            edits = self._edits(git, ours, changes, puts)
            new = solved(git, Merge(ours, theirs, merge.base), edits, merge.message, signature(actor, self._now()))
            steps = {"ref": full, "old": str(ours.id), "new": new, "tag": None, "tag_object": None}
            self._carry_out(git, found, steps, puts)
            made = commit_of(commit_by(git, new))
        self._tell(actor, found, steps)
        return made

    def begin_pull(self, actor: Actor, repo: RepoId, number: int, start: Revision) -> str:
        """Make ``refs/pr/N`` at *start*; whoever calls has the number and says when people may see it."""
        found = self._repos.get(actor, repo)
        require_contribution(actor, found)
        with self._stores.bare.writing(found.storage) as git:
            commit, ref = str(lookup(git, start).id), f"{PULLS}{number}"
            git.references.create(ref, commit, force=True)
            self._stores.bare.sync_refs(found.storage, [ref])
        return commit

    def drop_pull(self, storage: str, number: int) -> None:
        """Remove ``refs/pr/N`` of a pull request that nobody was told of."""
        with self._stores.bare.writing(storage) as git:
            if f"{PULLS}{number}" in git.references:
                git.references.delete(f"{PULLS}{number}")
                self._stores.bare.sync_refs(storage, [f"{PULLS}{number}"])

    def recover(self) -> None:
        """Finish what was begun; called once at start."""
        for steps in self._stores.journal.pending():
            with self._stores.bare.writing(steps["name"]) as git:
                self._stores.bare.remove_leftovers(steps["name"])  # a lock of the ref that was to be moved next
                self._finish_pending(steps["name"], git)

    def catch_up(self) -> None:
        """Bring the index up to git, which is ahead of it after a crash between the two."""
        with self._stores.database.read() as connection:
            rows = connection.execute(select(repos.c.storage, repos.c.head)).all()
        for storage, head in rows:
            self._stores.bare.remove_leftovers(storage)
            git = self._stores.bare.open(storage)
            main = git.references.get(HEADS + DEFAULT_BRANCH)
            if main is not None and str(main.target) != head:
                self._index(git, storage, HEADS + DEFAULT_BRANCH)

    def _tell(self, actor: Actor, repo: Repo, steps: dict[str, Any]) -> None:
        event = CommitMade(
            repo.id, steps["ref"], steps["new"], actor, steps["tag"], repo.private, repo.owner, steps["old"]
        )
        self._events.publish(event)

    def _checked(self, put: Put) -> Put:
        """*put*, if it can be kept as what it is."""
        if isinstance(put.content, bytes):
            if parse_pointer(put.content) is not None:
                # Whoever knows a digest need not have the bytes: a pointer in disguise would hand them out.
                raise BadInput(f"'{put.path}' is a git-lfs pointer; upload the file itself")
            return Put(put.path, put.content, len(put.content))
        if isinstance(put.content, str):
            self._require_blob(put, put.content)
        return put

    def _require_blob(self, put: Put, digest: Digest) -> None:
        if not self._stores.blobs.has(digest):
            raise BlobNotFound(f"'{put.path}' names a file that was not uploaded ({digest}); upload it first")
        size = self._stores.blobs.size(digest)
        if size != put.size:
            raise DigestMismatch(f"'{put.path}' was announced with {put.size} bytes, but {digest} has {size}")

    def _scan(self, repo: Repo, puts: Sequence[Put]) -> None:
        for put in puts if self.scans else ():
            candidate = self._candidate(repo, put)
            for scan in self.scans:
                scan(candidate)

    def _candidate(self, repo: Repo, put: Put) -> Candidate:
        content = put.content
        if isinstance(content, bytes):
            return Candidate(put.path, put.size, None, lambda: iter([content]))
        if isinstance(content, Staged):
            git = self._stores.bare.open(repo.storage)
            return Candidate(put.path, put.size, None, lambda: iter([content_of(git, content.oid)]))
        return Candidate(put.path, put.size, content, lambda: self._stores.blobs.read(content))

    def _write(self, git: pygit2.Repository, wanted: Wanted, puts: Sequence[Put]) -> tuple[Commit, dict[str, Any]]:
        """Write the objects; the commit, and the steps that make it visible: none if it is there already."""
        ref, head = branch_ref(git, wanted.branch)
        if wanted.tag is not None:
            refuse_taken(git, TAGS + wanted.tag)
        edits = self._edits(git, head, wanted.changes, puts)
        if wanted.parent is not None and wanted.parent != str(head.id):
            return repeated(git, head, wanted, edits), {}
        tree = edited(git, head.tree, edits)
        known = wanted.repo.files if ref == HEADS + DEFAULT_BRANCH else None
        self._limits.require_files(git, tree, None if known is None else known + len(edits))
        new = str(head.id) if edits and tree == str(head.tree_id) else self._object(git, wanted, tree, head)
        steps: dict[str, Any] = {"ref": ref, "old": str(head.id), "new": new, "tag": None, "tag_object": None}
        if wanted.tag is not None:
            steps |= {"tag": wanted.tag}
            steps |= {"tag_object": write_tag(git, wanted.tag, new, wanted.tag_message, (wanted.actor, self._now()))}
        moved = new != str(head.id) or wanted.tag is not None
        return commit_of(commit_by(git, new)), steps if moved else {}

    def _object(self, git: pygit2.Repository, wanted: Wanted, tree: str, head: pygit2.Commit) -> str:
        who = signature(wanted.actor, self._now())
        return written(git, git.create_commit(None, who, who, wanted.message, tree, [head.id]))

    def _edits(
        self, git: pygit2.Repository, head: pygit2.Commit, changes: Sequence[Change], puts: Sequence[Put]
    ) -> dict[FilePath, str | None]:
        edits: dict[FilePath, str | None] = {change.path: None for change in changes if isinstance(change, Delete)}
        blobs = [put.path for put in puts if isinstance(put.content, str)]
        for put in puts:
            edits[put.path] = git_blob(git, put)
        if blobs:
            old = attributes(git, head, edits)
            new = with_paths(old, blobs)
            if new != old:
                edits[FilePath(ATTRIBUTES)] = write_blob(Path(git.path), new.encode())
        return edits

    def _carry_out(self, git: pygit2.Repository, repo: Repo, steps: dict[str, Any], puts: Sequence[Put]) -> None:
        """Make a commit visible, then durable; only then it is acknowledged."""
        self._name_blobs(repo, [(put.path, put.content, put.size) for put in puts if isinstance(put.content, str)])
        objects = new_objects(git, steps["old"], steps["new"]) | {steps["tag_object"] or steps["new"]}
        self._stores.bare.sync_objects(repo.storage, objects)
        if steps["tag"] is not None:
            self._stores.journal.note(repo.storage, steps)
        move(git, steps)
        tag_it(git, steps)
        self._index(git, repo.storage, steps["ref"])
        if steps["ref"] != HEADS + DEFAULT_BRANCH and (texts := _texts(puts)):
            with self._stores.database.write_derived() as connection:
                grown = update(repos).where(repos.c.pk == repo.pk).values(text_bytes=repos.c.text_bytes + texts)
                connection.execute(grown)
        if steps["tag"] is not None:
            self._stores.journal.done(repo.storage)

    def _finish_pending(self, storage: str, git: pygit2.Repository) -> None:
        steps = self._stores.journal.get(storage)
        if steps is None:
            return
        if steps["ref"] in git.references and str(git.references[steps["ref"]].target) == steps["new"]:
            tag_it(git, steps)
            self._stores.bare.sync_refs(storage, refs_of(steps))
            self._index(git, storage, steps["ref"])
        self._stores.journal.done(storage)

    def _name_blobs(self, repo: Repo, named: Sequence[tuple[str, str, int]]) -> None:
        """Say that the repo names these blobs; if the commit fails after all, that does no harm."""
        if named:
            with self._stores.database.write() as connection:
                index_blobs(connection, repo.pk, named, self._now())
        for path, digest, _size in named:
            if not self._stores.blobs.has(Digest(digest)):  # collected as garbage a moment ago
                raise BlobNotFound(f"'{path}' names a file that is gone ({digest}); upload it again")

    def _index(self, git: pygit2.Repository, storage: str, ref: str) -> None:
        if ref != HEADS + DEFAULT_BRANCH:
            return
        with self._stores.database.write_derived() as connection:
            pk = connection.execute(select(repos.c.pk).where(repos.c.storage == storage)).scalar()
            if pk is not None:
                index_head(connection, pk, git, self._now())


def _texts(puts: Sequence[Put]) -> int:
    """Bytes of the small files among *puts*, which git keeps."""
    return sum(put.size for put in puts if not isinstance(put.content, str))
