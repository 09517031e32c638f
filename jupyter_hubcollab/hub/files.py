"""The files of a revision: listed, found, read; a git-lfs pointer shows as the file that it stands for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

import pygit2

from ..access import Actor
from ..errors import BadInput, EntryNotFound, TooLarge
from ..names import Digest, FilePath, RepoId, Revision
from ..storage.blobs import Blobs, Part
from .objects import content_of, tree_by
from .pointers import LONGEST_POINTER, Pointer, parse_pointer
from .refs import Refs
from .repos import Repo

UNGATED = ("README.md",)
"""Files of gated repos that everybody may read."""
_MOST_CACHED_ENTRIES = 400_000
"""About 100 MB of listings."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder of a revision."""

    path: FilePath
    size: int
    """Of the real content; 0 for folders."""
    oid: str
    """What git calls it."""
    digest: Digest | None
    """SHA-256, if it is a blob of the store."""
    is_dir: bool

    @property
    def pointer_size(self) -> int:
        """Bytes of the pointer that stands in git for a blob."""
        return len(Pointer(self.digest, self.size).text()) if self.digest else 0


@dataclass(frozen=True, slots=True)
class Located:
    """Where a path led: the commit, and the entry if there is one."""

    repo: Repo
    commit: str
    path: FilePath
    entry: Entry | None


class Files:
    """Reads trees and contents."""

    def __init__(self, refs: Refs, blobs: Blobs) -> None:
        self._refs = refs
        self._blobs = blobs
        self._cache = _Listings()

    def tree(
        self, actor: Actor, repo: RepoId, revision: Revision, *, path: str = "", recursive: bool = True
    ) -> list[Entry]:
        """What lies in the folder *path* of a revision, by path; empty *path*: the root.

        Raises:
            EntryNotFound: there is no such folder.
        """
        git, commit, _ = self._refs.find(actor, repo, revision)
        if path and not _at(commit, path).is_dir:
            raise EntryNotFound(f"'{path}' is no folder in {repo} at {revision}")
        if not recursive:
            folder = tree_by(git, _at(commit, path).oid) if path else commit.tree
            return list(_listed(folder, path))
        everything = self._cache.get(git, commit.tree)
        return [entry for entry in everything if not path or entry.path.startswith(path + "/")]

    def entry(self, actor: Actor, repo: RepoId, revision: Revision, path: FilePath) -> Entry:
        """One file or folder.

        Raises:
            EntryNotFound: there is none of this name.
        """
        return _at(self._refs.find(actor, repo, revision)[1], path)

    def locate(self, actor: Actor, repo: RepoId, revision: Revision, path: FilePath) -> Located:
        """Repo, commit and entry of a path in one go; a path that leads nowhere still tells the commit.

        Raises:
            GatedRepo: *actor* has to ask for the files first.
        """
        find = self._refs.find if path in UNGATED else self._refs.find_open
        _git, commit, found = find(actor, repo, revision)
        try:
            entry = _at(commit, path)
        except EntryNotFound:
            entry = None
        return Located(found, str(commit.id), path, entry)

    def parts_of(self, located: Located, span: tuple[int, int]) -> Iterator[Part]:
        """The bytes of a file that was located, from, up to, to be sent; access was checked then."""
        entry = located.entry
        if entry is None or entry.is_dir:
            raise EntryNotFound(f"'{located.path}' is no file")
        if entry.digest is not None:
            return self._blobs.parts(entry.digest, *span)
        return iter([[content_of(self._refs.open(located.repo), entry.oid)[span[0] : span[1]]]])

    def read_text(self, actor: Actor, repo: RepoId, revision: Revision, path: FilePath, *, limit: int = 1 << 20) -> str:
        """A text file.

        Raises:
            TooLarge: it has more than *limit* bytes.
            BadInput: it is no UTF-8 text.
        """
        entry = self.entry(actor, repo, revision, path)
        if entry.size > limit:
            raise TooLarge(f"'{path}' has {entry.size} bytes, too many to show; download it")
        content = b"".join(self.content(actor, repo, revision, entry))
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise BadInput(f"'{path}' is no text in UTF-8; download it") from error

    def open(
        self, actor: Actor, repo: RepoId, revision: Revision, path: FilePath, *, start: int = 0, end: int | None = None
    ) -> Iterator[bytes]:
        """The bytes of a file from *start* up to *end*, in pieces."""
        entry = self.entry(actor, repo, revision, path)
        return self.content(actor, repo, revision, entry, (start, entry.size if end is None else end))

    def content(
        self, actor: Actor, repo: RepoId, revision: Revision, entry: Entry, span: tuple[int, int] | None = None
    ) -> Iterator[bytes]:
        """The bytes of an entry that was found before; *span*: from, up to.

        Raises:
            GatedRepo: *actor* has to ask for the files first.
        """
        if entry.path not in UNGATED:
            self._refs.find_open(actor, repo, revision)
        return self.description(actor, repo, revision, entry, span)

    def description(
        self, actor: Actor, repo: RepoId, revision: Revision, entry: Entry, span: tuple[int, int] | None = None
    ) -> Iterator[bytes]:
        """The bytes of a file that says what a repo is: a gate hides files, not what is said of them."""
        if entry.is_dir:
            raise EntryNotFound(f"'{entry.path}' is a folder, not a file")
        start, end = span or (0, entry.size)
        if entry.digest is not None:
            return self._blobs.read(entry.digest, start, end)
        git, _, _ = self._refs.find(actor, repo, revision)
        return iter([content_of(git, entry.oid)[start:end]])


class _Listings:
    """Whole listings by folder and tree id: a tree never changes, and 20,000 files take 0.2 s to walk.

    After a commit only the folders that it touched are walked again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_tree: OrderedDict[tuple[str, str], list[Entry]] = OrderedDict()
        self._entries = 0

    def get(self, git: pygit2.Repository, tree: pygit2.Tree, folder: str = "") -> list[Entry]:
        """All entries of *tree*, which stands at *folder*, by path."""
        key = (folder, str(tree.id))
        with self._lock:
            found = self._by_tree.get(key)
            if found is not None:
                self._by_tree.move_to_end(key)
                return found
        walked: list[Entry] = []
        for entry in _listed(tree, folder):
            walked.append(entry)
            if entry.is_dir:
                walked += self.get(git, tree_by(git, entry.oid), entry.path)
        self._keep(key, walked)
        return walked

    def _keep(self, key: tuple[str, str], walked: list[Entry]) -> None:
        with self._lock:
            if key not in self._by_tree:
                self._by_tree[key] = walked
                self._entries += len(walked)
            while self._entries > _MOST_CACHED_ENTRIES and len(self._by_tree) > 1:
                self._entries -= len(self._by_tree.popitem(last=False)[1])


def walk(git: pygit2.Repository, tree: pygit2.Tree) -> Iterator[Entry]:
    """All entries of *tree*, uncached; for work on many revisions."""
    return _walked(git, tree, "")


def _walked(git: pygit2.Repository, tree: pygit2.Tree, folder: str) -> Iterator[Entry]:
    for entry in _listed(tree, folder):
        yield entry
        if entry.is_dir:
            yield from _walked(git, tree_by(git, entry.oid), entry.path)


def _listed(tree: pygit2.Tree, folder: str) -> Iterator[Entry]:
    for child in tree:
        path = FilePath(f"{folder}/{child.name}" if folder else str(child.name))
        if isinstance(child, pygit2.Tree | pygit2.Blob):  # a submodule is a commit of another repo, not a file
            yield _entry(child, path)


def _at(commit: pygit2.Commit, path: str) -> Entry:
    try:
        found = commit.tree[path]
    except (KeyError, ValueError):
        found = None
    if found is None or not isinstance(found, pygit2.Tree | pygit2.Blob):
        raise EntryNotFound(f"'{path}' is not in the repo at {str(commit.id)[:8]}")
    return _entry(found, FilePath(path))


def _entry(thing: pygit2.Tree | pygit2.Blob, path: FilePath) -> Entry:
    if isinstance(thing, pygit2.Tree):
        return Entry(path, 0, str(thing.id), None, True)
    size = thing.size
    pointer = parse_pointer(thing.data) if size <= LONGEST_POINTER else None
    if pointer is not None:
        return Entry(path, pointer.size, str(thing.id), pointer.digest, False)
    return Entry(path, size, str(thing.id), None, False)
