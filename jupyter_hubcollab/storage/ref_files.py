"""A ref as a file of a bare repository, written as git writes it, and durably: lock, write, sync, rename, sync.

libgit2 renames without waiting for the disk; a power cut could leave a branch empty, and with it the way to everything
that was acknowledged before.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pygit2

from ..errors import StaleParent
from .files import sync_folder


def move_ref(git: pygit2.Repository, ref: str, *, old: str | None, new: str) -> None:
    """Point *ref* from *old* (None: it is not there) to *new*.

    Raises:
        StaleParent: it is elsewhere, or another program, such as a push, is moving it.
    """
    file = Path(git.path) / ref
    folders = [folder for folder in file.parents if folder.is_relative_to(Path(git.path) / "refs")]
    file.parent.mkdir(parents=True, exist_ok=True)
    with _held(file.with_name(file.name + ".lock")) as (lock, handle):
        found = git.references.get(ref)
        if (str(found.target) if found is not None else None) != old:
            raise _moved(ref)
        os.write(handle, f"{new}\n".encode())
        os.fsync(handle)
        _remove_empty(file)
        lock.replace(file)
    for folder in folders:
        sync_folder(folder)


@contextmanager
def _held(lock: Path) -> Iterator[tuple[Path, int]]:
    try:
        handle = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError as error:
        raise _moved(lock.stem) from error
    try:
        yield lock, handle
    except BaseException:
        lock.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)


def _moved(ref: str) -> StaleParent:
    return StaleParent(f"The branch was updated meanwhile ({ref}). Please refresh and try again.")


def _remove_empty(folder: Path) -> None:
    """A branch ``a/b`` that was deleted leaves the folder ``a``, which a branch ``a`` may replace."""
    if folder.is_dir():
        for below in sorted(folder.rglob("*/"), reverse=True):
            with suppress(OSError):
                below.rmdir()
        with suppress(OSError):
            folder.rmdir()


def remove_leftovers(repository: Path) -> None:
    """Remove what a crash left of moving refs: locks, and refs that are empty, of which nobody was told."""
    for file in (repository / "refs").rglob("*"):
        if file.is_file() and (file.suffix == ".lock" or not file.stat().st_size):
            file.unlink(missing_ok=True)
    for lock in repository.glob("*.lock"):
        if lock.name != "hubcollab.lock":
            lock.unlink(missing_ok=True)
