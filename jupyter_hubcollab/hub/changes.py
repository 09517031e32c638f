"""What a commit changes: files put and files deleted, as values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..errors import BadPath, TooLarge
from ..names import Digest, FilePath

MOST_CHANGES = 100_000


@dataclass(frozen=True, slots=True)
class Staged:
    """A small file that `Staging.put` wrote into git's object store; no commit has it yet."""

    oid: str


@dataclass(frozen=True, slots=True)
class Put:
    """A file appears or changes: its bytes (a small file, kept in git), a blob of the store, or a staged file."""

    path: FilePath
    content: bytes | Digest | Staged
    size: int


@dataclass(frozen=True, slots=True)
class Delete:
    """A file or a folder goes."""

    path: FilePath


Change = Put | Delete


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that is about to be committed, as a scanner gets it."""

    path: FilePath
    size: int
    digest: Digest | None
    """SHA-256 if it is a blob of the store."""
    read: Callable[[], Iterator[bytes]]


Scan = Callable[[Candidate], None]
"""Looks at a file before it is committed; raises `UnsafeFile` to refuse it."""


def check_paths(changes: Sequence[Change]) -> None:
    """Make sure that no path is named twice.

    Raises:
        BadPath: one is.
        TooLarge: there are more changes than one commit takes.
    """
    if len(changes) > MOST_CHANGES:
        raise TooLarge(f"a commit takes at most {MOST_CHANGES} changes, not {len(changes)}; split it")
    seen: set[FilePath] = set()
    for change in changes:
        if change.path in seen:
            raise BadPath(f"'{change.path}' is named twice in one commit")
        seen.add(change.path)
