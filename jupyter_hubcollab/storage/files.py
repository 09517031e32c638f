"""Files that appear whole and durably, or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from ..errors import StorageFull

_NO_ROOM_WORDS = "No space left"
"""libgit2's errors have no number."""
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def room_needed(what: str) -> Iterator[None]:
    """Turn *no space left on device* into our word for it.

    Raises:
        StorageFull: it happened.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM or _NO_ROOM_WORDS in str(error):
            raise StorageFull(f"no space left for {what}; free some, then try again") from error
        raise


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* survive a power cut."""
    if os.name == "nt":  # Windows opens no folders; NTFS journals names by itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_files(files: Iterable[Path]) -> None:
    """Make files and folders survive a power cut, all at once: a disk flushes many for the price of a few.

    What is not there is skipped.
    """
    many = list(files)
    if len(many) > 1:
        list(_flushers().map(_sync_file, many))
    elif many:
        _sync_file(many[0])


def sync_tree(folder: Path) -> None:
    """Make everything below *folder* survive a power cut."""
    sync_files(path for path in folder.rglob("*") if path.is_file())
    for path in [*folder.rglob("*/"), folder]:
        sync_folder(path)


@cache
def _flushers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(16, thread_name_prefix="fsync")


def _sync_file(file: Path) -> None:
    if os.name == "nt" and file.is_dir():
        return
    try:
        handle = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def files_below(folder: Path) -> Iterator[Path]:
    """All files in *folder* and below, by name; what goes meanwhile is no error."""
    for top, folders, files in os.walk(folder):
        folders.sort()
        yield from (Path(top, name) for name in sorted(files))


def bytes_below(path: Path) -> int:
    """Bytes of a file, or of all files in a folder and below; what goes meanwhile does not count."""
    total = 0
    for file in files_below(path) if path.is_dir() else [path]:
        with suppress(FileNotFoundError):
            total += file.stat().st_size
    return total


def publish(temporary: Path, final: Path) -> None:
    """Give the finished and synced file *temporary* its name."""
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary.replace(final)
    # The folders above, too: another thread may have made them a moment ago, and not have waited for the disk yet.
    for folder in list(final.parents)[:3]:
        sync_folder(folder)


def write_whole(final: Path, content: bytes, scratch: Path) -> None:
    """Write a small file; readers see the old content or the new one. *scratch* is a folder on the same disk.

    Raises:
        StorageFull: there is no room; nothing changed.
    """
    with room_needed(final.name):
        handle, name = tempfile.mkstemp(dir=scratch)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            publish(Path(name), final)
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()
