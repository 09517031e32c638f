"""Two lines of history made one: what a merge gives, or the files that keep it from being made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pygit2
from pygit2.enums import FileMode

from ..errors import MergeConflict
from ..names import FilePath, Revision
from .objects import commit_by, content_of, written
from .pointers import ATTRIBUTES
from .trees import refuse_lookalikes_of


@dataclass(frozen=True, slots=True)
class Merge:
    """A commit to be brought into another one."""

    ours: pygit2.Commit
    theirs: pygit2.Commit
    base: str | None
    """From where theirs began; asked if they share no history, as after a squash."""


def merged(git: pygit2.Repository, merge: Merge, message: str, who: pygit2.Signature) -> str:
    """The id of the commit that has both: theirs, where nothing happened on our side; ours, if it has all of theirs.

    Raises:
        MergeConflict: both sides changed the same files; its ``files`` tells which.
    """
    common = git.merge_base(merge.ours.id, merge.theirs.id)
    if common == merge.theirs.id:
        return str(merge.ours.id)
    if common == merge.ours.id:
        return str(merge.theirs.id)
    index = _index(git, merge)
    files = _conflicts(git, index)
    if files:
        raise MergeConflict(f"both sides changed {', '.join(files[:20])}; merge the branch and solve it there first")
    tree = index.write_tree(git)
    refuse_lookalikes_of(git[tree].peel(pygit2.Tree))
    # What was squashed away must not come back: without common history there is one parent only.
    parents = [merge.ours.id, *([merge.theirs.id] if common is not None else [])]
    return written(git, git.create_commit(None, who, who, message, tree, parents))


@dataclass(frozen=True, slots=True)
class Solving:
    """A branch that is brought into another one by hand: the ref that gets it, and the heads that were seen."""

    ref: Revision
    target: Revision
    head: str
    target_head: str
    base: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A file that both sides changed: what git has of it on each, None where it is not there."""

    path: str
    base: str | None
    ours: str | None
    theirs: str | None


def conflicting(git: pygit2.Repository, merge: Merge) -> list[Conflict]:
    """The files that keep *merge* from being made, with their three forms."""
    if git.merge_base(merge.ours.id, merge.theirs.id) in (merge.ours.id, merge.theirs.id):
        return []
    index = _index(git, merge)
    _join_attributes(git, index)
    found: dict[str, list[str | None]] = {}
    for sides in index.conflicts or ():
        for at, side in enumerate(sides):
            if side is not None:
                found.setdefault(side.path, [None, None, None])[at] = str(side.id)
    return [Conflict(path, *forms) for path, forms in sorted(found.items())]


def solved(
    git: pygit2.Repository, merge: Merge, edits: Mapping[FilePath, str | None], message: str, who: pygit2.Signature
) -> str:
    """The id of the commit on top of ours that has all of theirs, with *edits* in the place of what both changed.

    Raises:
        MergeConflict: a file that both sides changed is not among the edits.
    """
    index = _index(git, merge)
    left = [path for path in _conflicts(git, index) if path not in edits]
    if left:
        raise MergeConflict(f"both sides changed {', '.join(left[:20])}, too; say what becomes of them")
    for path, oid in edits.items():
        if path == ATTRIBUTES:  # the merge has the lines of both sides
            continue
        if index.conflicts is not None and path in index.conflicts:
            del index.conflicts[path]
        if path in index:
            index.remove(path)
        if oid is not None:
            index.add(pygit2.IndexEntry(path, pygit2.Oid(hex=oid), FileMode.BLOB))
    tree = index.write_tree(git)
    refuse_lookalikes_of(git[tree].peel(pygit2.Tree))
    return written(git, git.create_commit(None, who, who, message, tree, [merge.ours.id, merge.theirs.id]))


def conflicts(git: pygit2.Repository, merge: Merge) -> list[str]:
    """The files that keep *merge* from being made."""
    if git.merge_base(merge.ours.id, merge.theirs.id) in (merge.ours.id, merge.theirs.id):
        return []
    return _conflicts(git, _index(git, merge))


def base_of(git: pygit2.Repository, merge: Merge) -> str:
    """The commit from which the changes of theirs are counted."""
    common = git.merge_base(merge.ours.id, merge.theirs.id)
    return str(common) if common is not None else merge.base or str(merge.ours.id)


def _index(git: pygit2.Repository, merge: Merge) -> pygit2.Index:
    return git.merge_trees(commit_by(git, base_of(git, merge)).tree, merge.ours.tree, merge.theirs.tree)


def _conflicts(git: pygit2.Repository, index: pygit2.Index) -> list[str]:
    """The paths in conflict, after those that have an obvious answer were solved in *index*."""
    _join_attributes(git, index)
    found = {side.path for sides in index.conflicts or () for side in sides if side is not None}
    return sorted(found)


def _join_attributes(git: pygit2.Repository, index: pygit2.Index) -> None:
    """Each side adds lines for its own large files to ``.gitattributes``, at the same place: both are wanted."""
    if index.conflicts is None or ATTRIBUTES not in index.conflicts:
        return
    _, ours, theirs = index.conflicts[ATTRIBUTES]
    if ours is None or theirs is None:
        return
    lines = content_of(git, str(ours.id)).decode(errors="replace").splitlines()
    more = content_of(git, str(theirs.id)).decode(errors="replace").splitlines()
    both = "\n".join([*lines, *(line for line in more if line not in lines)]) + "\n"
    del index.conflicts[ATTRIBUTES]
    index.add(pygit2.IndexEntry(ATTRIBUTES, git.create_blob(both.encode()), ours.mode))
