"""A new tree from an old one and some edits; refuses names that clash."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import pygit2
from pygit2.enums import FileMode

from ..errors import BadPath, EntryNotFound
from ..names import FilePath


@dataclass(slots=True)
class _Node:
    """What happens at one name of a folder."""

    removed: bool = False
    blob: str | None = None
    below: dict[str, _Node] = field(default_factory=dict)

    @property
    def puts(self) -> bool:
        """Does a file appear here or below?"""
        return self.blob is not None or any(node.puts for node in self.below.values())


def edited(repo: pygit2.Repository, base: pygit2.Tree | None, edits: Mapping[FilePath, str | None]) -> str:
    """Write the tree that *base* becomes: a path has a new blob (by id), or is removed (None); the new tree's id.

    Raises:
        BadPath: a file and a folder, or two names that differ in case only, would have one name.
        EntryNotFound: what should be removed is not there.
    """
    root = _Node()
    for path, blob in edits.items():
        _plan(root, path, blob)
    return _write(repo, base, root, "") or str(repo.TreeBuilder().write())


def _plan(root: _Node, path: FilePath, blob: str | None) -> None:
    node = root
    for part in path.split("/"):
        node = node.below.setdefault(part, _Node())
    if blob is None:
        node.removed = True
    else:
        node.blob = blob


def _write(repo: pygit2.Repository, base: pygit2.Tree | None, node: _Node, prefix: str) -> str | None:
    """The id of the folder's new tree; None where nothing is left."""
    builder = repo.TreeBuilder(base) if base is not None else repo.TreeBuilder()
    for name, edit in node.below.items():
        path = prefix + name
        old = None if base is None or name not in base else base[name]
        if edit.removed:
            if old is None:
                raise EntryNotFound(f"'{path}' cannot be removed, it is not there")
            builder.remove(name)
            old = None
        if edit.blob is not None:
            _put_file(builder, old, (path, edit), edit.blob)
        elif edit.below:
            _put_folder(repo, builder, old, (path, edit))
    if node.puts:
        _refuse_lookalikes(builder, base, node, prefix)
    return str(builder.write()) if len(builder) else None


def _put_file(builder: pygit2.TreeBuilder, old: pygit2.Object | None, edit: tuple[str, _Node], blob: str) -> None:
    path, node = edit
    if node.below or isinstance(old, pygit2.Tree):
        raise BadPath(f"'{path}' is a folder and cannot be a file as well")
    is_program = old is not None and old.filemode == FileMode.BLOB_EXECUTABLE
    mode = FileMode.BLOB_EXECUTABLE if is_program else FileMode.BLOB
    try:
        builder.insert(path.rpartition("/")[2], blob, mode)
    except (ValueError, pygit2.GitError) as error:
        raise BadPath(f"git cannot hold a file named '{path}'") from error


def _put_folder(
    repo: pygit2.Repository, builder: pygit2.TreeBuilder, old: pygit2.Object | None, edit: tuple[str, _Node]
) -> None:
    path, node = edit
    if old is not None and not isinstance(old, pygit2.Tree):
        raise BadPath(f"'{path}' is a file and cannot be a folder as well")
    name = path.rpartition("/")[2]
    tree = _write(repo, old, node, path + "/")
    if tree is not None:
        builder.insert(name, tree, FileMode.TREE)
    elif old is not None:
        builder.remove(name)


def _refuse_lookalikes(builder: pygit2.TreeBuilder, base: pygit2.Tree | None, node: _Node, prefix: str) -> None:
    """Half of all computers cannot check out two names that differ in case or in Unicode's spelling only."""
    new = {name for name, edit in node.below.items() if edit.puts}
    if base is not None and all(name in base for name in new):
        return
    gone = {name for name in node.below if builder.get(name) is None}
    kept = {str(entry.name) for entry in base or ()} - gone
    seen: dict[str, str] = {}
    for name in sorted(kept | new):
        other = seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if other != name and (name in new or other in new):
            raise BadPath(f"'{prefix}{name}' and '{prefix}{other}' differ in case or spelling only; rename one")


def refuse_lookalikes_of(tree: pygit2.Tree) -> None:
    """Check a whole tree that somebody else wrote.

    Raises:
        BadPath: two names in one folder differ in case or spelling only.
    """
    seen: dict[str, str] = {}
    for entry in tree:
        name = str(entry.name)
        other = seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if other != name:
            raise BadPath(f"'{name}' and '{other}' differ in case or spelling only; rename one")
        if isinstance(entry, pygit2.Tree):
            refuse_lookalikes_of(entry)
