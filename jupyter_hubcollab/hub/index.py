"""What the index says about a repo's ``main``, worked out from git."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import pygit2
from sqlalchemy import Connection, delete, insert, select, update

from ..storage.schema import repo_blobs, repo_tags, repos
from .front_matter import front_matter, tags_of
from .pointers import LONGEST_POINTER, parse_pointer
from .refs import HEADS

_README = "README.md"
_LONGEST_README = 4 << 20


def index_head(connection: Connection, pk: int, git: pygit2.Repository, at: datetime) -> None:
    """Bring the row of the repo *pk* up to date with ``main`` in *git*, within the caller's transaction."""
    reference = git.references.get(HEADS + "main")
    if reference is None:
        return
    commit = reference.peel(pygit2.Commit)
    card = front_matter(_readme(commit.tree))
    old = connection.execute(select(repos.c.head).where(repos.c.pk == pk)).scalar_one()
    values = {
        "head": str(commit.id),
        "updated_at": at,
        "card": json.dumps(card),
        "size_bytes": repos.c.size_bytes + growth(git, old, commit),
    }
    connection.execute(update(repos).where(repos.c.pk == pk).values(values))
    connection.execute(delete(repo_tags).where(repo_tags.c.repo_pk == pk))
    tags = tags_of(card)
    if tags:
        connection.execute(insert(repo_tags), [{"repo_pk": pk, "tag": tag} for tag in tags])


def index_blobs(connection: Connection, pk: int, named: Sequence[tuple[str, str, int]], at: datetime) -> None:
    """Note that the repo *pk* names blobs, given as (path, digest, size)."""
    fresh = {digest: (path, size) for path, digest, size in named}
    digests = list(fresh)
    for start in range(0, len(digests), 500):
        asked = repo_blobs.c.digest.in_(digests[start : start + 500])
        mine = (repo_blobs.c.repo_pk == pk) & asked
        # Named again is as good as new: the collector of garbage lets young names be.
        connection.execute(update(repo_blobs).where(mine).values(added_at=at))
        for known in connection.execute(select(repo_blobs.c.digest).where(mine)).scalars():
            del fresh[known]
    if fresh:
        rows = [
            {"repo_pk": pk, "digest": digest, "path": path, "size_bytes": size, "added_at": at}
            for digest, (path, size) in fresh.items()
        ]
        connection.execute(insert(repo_blobs), rows)


def growth(git: pygit2.Repository, old: str | None, new: pygit2.Commit) -> int:
    """By how many bytes the files of *new* are more than those of *old*; equal folders are not looked into."""
    before = git.get(old) if old is not None else None
    diff = git.diff(before, new) if isinstance(before, pygit2.Commit) else new.tree.diff_to_tree(swap=True)
    return sum(_size(git, delta.new_file) - _size(git, delta.old_file) for delta in diff.deltas)


def _size(git: pygit2.Repository, file: pygit2.DiffFile) -> int:
    blob = git.get(file.id)
    if not isinstance(blob, pygit2.Blob):  # nothing there, or a submodule
        return 0
    size = int(blob.size)
    pointer = parse_pointer(blob.data) if size <= LONGEST_POINTER else None
    return pointer.size if pointer is not None else size


def _readme(tree: pygit2.Tree) -> str:
    if _README not in tree:
        return ""
    blob = tree[_README]
    if not isinstance(blob, pygit2.Blob) or blob.size > _LONGEST_README:
        return ""
    if blob.size <= LONGEST_POINTER and parse_pointer(blob.data) is not None:
        return ""
    return str(blob.data.decode(errors="replace"))
