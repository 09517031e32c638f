"""What the index says about a repo's ``main``, worked out from git."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pygit2
from sqlalchemy import Connection, delete, insert, select, update

from ..storage.schema import repo_blobs, repo_tags, repos
from .files import walk
from .front_matter import front_matter, tags_of
from .pointers import LONGEST_POINTER, parse_pointer
from .refs import HEADS
from .tree_changes import changes

_README = "README.md"
_LONGEST_README = 4 << 20


def index_head(connection: Connection, pk: int, git: pygit2.Repository, at: datetime) -> None:
    """Bring the row of the repo *pk* up to date with ``main`` in *git*, within the caller's transaction."""
    reference = git.references.get(HEADS + "main")
    if reference is None:
        return
    commit = reference.peel(pygit2.Commit)
    card = front_matter(_readme(commit.tree))
    old = connection.execute(select(repos.c.head, repos.c.files).where(repos.c.pk == pk)).one()
    grown = growth(git, old.head, commit)
    values = {
        "head": str(commit.id),
        "updated_at": at,
        "card": json.dumps(card),
        "size_bytes": repos.c.size_bytes + grown.size_bytes,
        "text_bytes": repos.c.text_bytes + grown.text_bytes,
        "files": old.files + grown.files if old.files is not None else _count(git, commit.tree),
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


@dataclass(frozen=True, slots=True)
class Growth:
    """By how much a commit is more than another one."""

    size_bytes: int
    text_bytes: int
    """Of small files that are new or changed; never negative, as history keeps the old ones."""
    files: int


def growth(git: pygit2.Repository, old: str | None, new: pygit2.Commit) -> Growth:
    """How the files of *new* differ from those of *old*; equal folders are not looked into."""
    before = git.get(old) if old is not None else None
    size, texts, files = 0, 0, 0
    for one in changes(git, str(before.tree_id) if isinstance(before, pygit2.Commit) else None, str(new.tree_id)):
        if not one.is_folder:
            here, there = _size(git, one.new), _size(git, one.old)
            size += sum(here or (0, 0)) - sum(there or (0, 0))
            texts += here[0] if here is not None else 0
            files += (here is not None) - (there is not None)
    return Growth(size, texts, files)


def _size(git: pygit2.Repository, oid: str | None) -> tuple[int, int] | None:
    """Bytes in git and bytes in the store; None if there is no file."""
    blob = git.get(oid) if oid is not None else None
    if not isinstance(blob, pygit2.Blob):
        return None
    size = int(blob.size)
    pointer = parse_pointer(blob.data) if size <= LONGEST_POINTER else None
    return (0, pointer.size) if pointer is not None else (size, 0)


def _count(git: pygit2.Repository, tree: pygit2.Tree) -> int:
    return sum(not entry.is_dir for entry in walk(git, tree))


def cards(git: pygit2.Repository) -> Iterator[str]:
    """The text of ``README.md`` at the end of each branch, tag and pull request."""
    for name in list(git.references):
        try:
            tree = git.references[name].peel(pygit2.Tree)
        except (pygit2.GitError, ValueError, KeyError):  # a tag of a file, or gone meanwhile
            continue
        yield _readme(tree)


def _readme(tree: pygit2.Tree) -> str:
    if _README not in tree:
        return ""
    blob = tree[_README]
    if not isinstance(blob, pygit2.Blob) or blob.size > _LONGEST_README:
        return ""
    if blob.size <= LONGEST_POINTER and parse_pointer(blob.data) is not None:
        return ""
    return str(blob.data.decode(errors="replace"))
