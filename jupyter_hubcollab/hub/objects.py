"""git's objects by id, with the type that the caller knows they have."""

from __future__ import annotations

from datetime import datetime

import pygit2
from pygit2.enums import ObjectType

from ..access import Actor
from ..errors import EntryNotFound, RevisionNotFound, StorageFull
from .signatures import signature
from .tree_changes import changes


def written(git: pygit2.Repository, oid: pygit2.Oid) -> str:
    """The id of a commit that was written, if it was: libgit2 does not tell that the disk had no room for one.

    Raises:
        StorageFull: it was not.
    """
    if oid not in git:
        raise StorageFull("no space left for a commit; free some, then try again")
    return str(oid)


def content_of(git: pygit2.Repository, oid: str) -> bytes:
    """The bytes of a file in git."""
    blob = git.get(oid)
    if not isinstance(blob, pygit2.Blob):
        raise EntryNotFound(f"{oid} is no file")
    return blob.data


def commit_by(git: pygit2.Repository, oid: str) -> pygit2.Commit:
    """A commit by its full id."""
    commit = git.get(oid)
    if not isinstance(commit, pygit2.Commit):
        raise RevisionNotFound(f"Invalid rev id: {oid}")
    return commit


def tree_by(git: pygit2.Repository, oid: str) -> pygit2.Tree:
    """A folder by its id."""
    tree = git.get(oid)
    if not isinstance(tree, pygit2.Tree):
        raise EntryNotFound(f"{oid} is no folder")
    return tree


def new_objects(git: pygit2.Repository, old: str, new: str) -> set[str]:
    """The objects that commit *new* has and its predecessor *old* has not."""
    commit = commit_by(git, new)
    changed = changes(git, str(commit_by(git, old).tree_id), str(commit.tree_id))
    return {new, str(commit.tree_id)} | {one.new for one in changed if one.new is not None}


def write_tag(git: pygit2.Repository, name: str, commit: str, message: str, by: tuple[Actor, datetime]) -> str:
    """Write an annotated tag and give its id; no ref leads to it yet."""
    who = signature(*by)
    text = (
        f"object {commit}\ntype commit\ntag {name}\n"
        f"tagger {who.name} <{who.email}> {who.time} +0000\n\n{message.strip()}\n"
    )
    return str(git.write(ObjectType.TAG, text.encode()))
