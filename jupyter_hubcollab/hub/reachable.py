"""What git reaches: every file of every commit that a ref leads to. A folder that many commits share is walked once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pygit2

from ..names import DEFAULT_BRANCH, Digest, FilePath
from ..storage.bare import BareRepos
from .files import Entry
from .pointers import LONGEST_POINTER, parse_pointer
from .refs import HEADS


def tips_of(git: pygit2.Repository) -> dict[str, str]:
    """All refs, and the objects to which they point."""
    return {name: str(git.references[name].target) for name in git.references if name != "HEAD"}


def is_blank(git: pygit2.Repository) -> bool:
    """Is there only the commit with which every repo begins?"""
    tips = tips_of(git)
    return list(tips) == [HEADS + DEFAULT_BRANCH] and not git[tips[HEADS + DEFAULT_BRANCH]].peel(pygit2.Commit).parents


def locked_tips(bare: BareRepos, storage: str) -> dict[str, str]:
    """The same at one moment, between two steps of ours.

    Raises:
        RepoNotFound: the repository is gone.
    """
    with bare.writing(storage) as git:
        return tips_of(git)


def reached(git: pygit2.Repository, tips: Iterable[str]) -> Iterator[Entry]:
    """The files of all commits that *tips* (ids of commits or tags) reach; each content once, with one of its paths.

    Raises:
        KeyError: an object is missing.
    """
    seen: set[pygit2.Oid] = set()
    for tree in _trees(git, tips):
        yield from _walked(git, tree, "", seen)


def named(git: pygit2.Repository, tips: Iterable[str]) -> Iterator[tuple[FilePath, Digest, int]]:
    """Path, digest and size of the blobs that *tips* reach."""
    for entry in reached(git, tips):
        if entry.digest is not None:
            yield entry.path, entry.digest, entry.size


def _trees(git: pygit2.Repository, tips: Iterable[str]) -> Iterator[pygit2.Tree]:
    commits = [git[tip].peel(pygit2.Commit).id for tip in tips]
    if commits:
        walker = git.walk(commits[0])
        for commit in commits[1:]:
            walker.push(commit)
        for one in walker:
            yield one.tree


def _walked(git: pygit2.Repository, tree: pygit2.Tree, folder: str, seen: set[pygit2.Oid]) -> Iterator[Entry]:
    if tree.id in seen:
        return
    seen.add(tree.id)
    for child in tree:
        if child.id in seen:
            continue
        path = FilePath(f"{folder}/{child.name}" if folder else str(child.name))
        if isinstance(child, pygit2.Tree):
            yield from _walked(git, child, path, seen)
        elif isinstance(child, pygit2.Blob):
            seen.add(child.id)
            yield _file(child, path)


def _file(blob: pygit2.Blob, path: FilePath) -> Entry:
    pointer = parse_pointer(blob.data) if blob.size <= LONGEST_POINTER else None
    if pointer is None:
        return Entry(path, blob.size, str(blob.id), None, False)
    return Entry(path, pointer.size, str(blob.id), pointer.digest, False)
