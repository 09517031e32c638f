"""What differs between two commits: files, and the lines of text files in hunks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pygit2
from pygit2.enums import DeltaStatus

from ..access import Actor
from ..names import RepoId, Revision
from .pointers import LONGEST_POINTER, parse_pointer
from .refs import Commit, Refs, commit_of, lookup

MOST_FILES = 300
MOST_LINES = 1_000
MOST_LINES_OF_ONE = 20_000
MOST_LINES_IN_ALL = 6_000
LARGEST_TEXT = 2 << 20
LONGEST_LINE = 2_000

Sign = Literal[" ", "+", "-"]
Kind = Literal["added", "deleted", "modified", "renamed"]
Content = Literal["text", "binary", "blob", "large"]
"""Text has hunks; of binary files, blobs of the store and large files only the sizes are told."""

_KINDS: dict[DeltaStatus, Kind] = {
    DeltaStatus.ADDED: "added",
    DeltaStatus.DELETED: "deleted",
    DeltaStatus.RENAMED: "renamed",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a hunk; its number before and after."""

    sign: Sign
    text: str
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class Hunk:
    """Neighbouring lines that changed, with some around them."""

    header: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class FileDifference:
    """What happened to a file; a size is None where there is no such side."""

    path: str
    old_path: str | None
    kind: Kind
    content: Content
    old_size: int | None
    new_size: int | None
    additions: int
    deletions: int
    hunks: tuple[Hunk, ...]
    is_cut: bool
    """Whether there are more hunks; ask for this file alone."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What happened between *base* (None: nothing yet) and *head*."""

    base: Commit | None
    head: Commit
    files: tuple[FileDifference, ...]
    file_count: int


class Differences:
    """Compares commits."""

    def __init__(self, refs: Refs) -> None:
        self._refs = refs

    def made_by(self, actor: Actor, repo: RepoId, revision: Revision, *, path: str = "") -> Difference:
        """What the commit *revision* changed, against its first parent."""
        git, head, _ = self._refs.find_open(actor, repo, revision)
        base = head.parents[0] if head.parents else None
        return _difference(git, base, head, path)

    def between(self, actor: Actor, repo: RepoId, base: Revision, head: Revision, *, path: str = "") -> Difference:
        """What one sees at *head* and not at *base*."""
        git, to, _ = self._refs.find_open(actor, repo, head)
        return _difference(git, lookup(git, self._refs.resolve(actor, repo, base).id), to, path)

    def since_common(self, actor: Actor, repo: RepoId, base: Revision, head: Revision, *, path: str = "") -> Difference:
        """What *head* changed since it left *base*: what a merge would bring."""
        git, to, _ = self._refs.find_open(actor, repo, head)
        common = git.merge_base(self._refs.resolve(actor, repo, base).id, to.id)
        start = git.get(common) if common is not None else None
        return _difference(git, start if isinstance(start, pygit2.Commit) else None, to, path)


def _difference(git: pygit2.Repository, base: pygit2.Commit | None, head: pygit2.Commit, path: str) -> Difference:
    diff = git.diff(base, head) if base is not None else head.tree.diff_to_tree(swap=True)
    diff.find_similar()
    numbered = list(enumerate(diff.deltas))
    if path:
        numbered = [(n, delta) for n, delta in numbered if path in (delta.new_file.path, delta.old_file.path)]
    files = tuple(_files(git, diff, numbered, MOST_LINES_OF_ONE if path else MOST_LINES))
    return Difference(commit_of(base) if base is not None else None, commit_of(head), files, len(numbered))


def _files(
    git: pygit2.Repository, diff: pygit2.Diff, numbered: list[tuple[int, pygit2.DiffDelta]], most: int
) -> Iterator[FileDifference]:
    """The first files; when there are very many lines, the later files come without theirs."""
    left = max(MOST_LINES_IN_ALL, most)
    for number, delta in numbered[:MOST_FILES]:
        one = _file(git, diff, (number, delta), min(most, left))
        left -= sum(len(hunk.lines) for hunk in one.hunks)
        yield one


def _file(
    git: pygit2.Repository, diff: pygit2.Diff, numbered: tuple[int, pygit2.DiffDelta], most: int
) -> FileDifference:
    number, delta = numbered
    kind = _KINDS.get(delta.status, "modified")
    sides = [_side(git, delta.old_file), _side(git, delta.new_file)]
    (old_size, old_content), (new_size, new_content) = sides
    contents = {old_content, new_content} - {None}
    content = next((one for one in ("blob", "large", "binary") if one in contents), "text")
    hunks: tuple[Hunk, ...] = ()
    additions = deletions = 0
    is_cut = False
    patch = diff[number] if content == "text" and delta.old_file.id != delta.new_file.id else None
    if patch is not None:
        _, additions, deletions = patch.line_stats
        hunks, is_cut = _hunks(patch, most)
    old_path = delta.old_file.path if kind == "renamed" else None
    return FileDifference(
        delta.new_file.path if kind != "deleted" else delta.old_file.path,
        old_path,
        kind,
        content,  # type: ignore[arg-type]
        old_size if kind != "added" else None,
        new_size if kind != "deleted" else None,
        additions,
        deletions,
        hunks,
        is_cut,
    )


def _side(git: pygit2.Repository, file: pygit2.DiffFile) -> tuple[int | None, Content | None]:
    """Size and content of a file on one side; of a git-lfs pointer those of the file that it stands for."""
    blob = git.get(file.id)
    if not isinstance(blob, pygit2.Blob):  # nothing there, or a submodule
        return None, None
    size = int(blob.size)
    pointer = parse_pointer(blob.data) if size <= LONGEST_POINTER else None
    if pointer is not None:
        return pointer.size, "blob"
    if size > LARGEST_TEXT:
        return size, "large"
    return size, "binary" if blob.is_binary else "text"


def _hunks(patch: pygit2.Patch, most: int) -> tuple[tuple[Hunk, ...], bool]:
    """The first hunks, *most* lines at most, and whether something was left out."""
    found: list[Hunk] = []
    left = most
    for hunk in patch.hunks:
        if left <= 0:
            return tuple(found), True
        lines = tuple(_line(line) for line in hunk.lines[:left] if line.origin in " +-")
        found.append(Hunk(hunk.header.rstrip("\n"), lines))
        if len(hunk.lines) > left:
            return tuple(found), True
        left -= len(hunk.lines)
    return tuple(found), False


def _line(line: pygit2.DiffLine) -> Line:
    text = line.raw_content.decode(errors="replace").rstrip("\r\n")
    sign: Sign = "+" if line.origin == "+" else "-" if line.origin == "-" else " "
    return Line(
        sign,
        text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE] + " …",
        line.old_lineno if line.old_lineno > 0 else None,
        line.new_lineno if line.new_lineno > 0 else None,
    )
