"""The index as it was in memory, on disk, so that a server that starts again does not work it out anew.

A snapshot is never the truth: what the store wrote after it is read from the store, and one that is damaged, of
another store or of other code is left aside.
"""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

_log = logging.getLogger(__name__)


class Words(msgspec.Struct, frozen=True):
    """What is no array."""

    mark: str
    """Of the store that it was made from."""
    last: int
    """The newest slot in it."""
    terms: list[str]
    task_names: list[str]
    private: dict[int, tuple[str, str, str]]
    metrics: dict[str, list[tuple[int, float]]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Words and arrays of an index; arrays are mapped, a write to one stays in memory."""

    words: Words
    arrays: Arrays


def read(folder: Path, mark: str) -> Snapshot | None:
    """The snapshot in *folder*, or None if there is none of the store *mark*."""
    try:
        words = msgspec.msgpack.decode((folder / "words").read_bytes(), type=Words)
        if words.mark != mark:
            return None
        return Snapshot(words, {file.stem: _mapped(file) for file in folder.glob("*.npy")})
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, msgspec.DecodeError) as error:
        _log.warning("the snapshot of the search index is damaged (%s) and is made again", error)
        return None


def _mapped(file: Path) -> NDArray[Any]:
    # A plain array over the mapped memory: picking from numpy's memmap class takes ten times as long.
    mapped: NDArray[Any] = np.load(file, mmap_mode="c")
    return mapped.view(np.ndarray)


def write(folder: Path, snapshot: Snapshot) -> None:
    """Put *snapshot* in place of what was in *folder*, whole or not at all."""
    new, old = folder.with_name(f"{folder.name}.new"), folder.with_name(f"{folder.name}.old")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    for name, values in snapshot.arrays.items():
        with (new / f"{name}.npy").open("wb") as file:
            np.save(file, values)
            _sync(file.fileno())
    with (new / "words").open("wb") as file:
        file.write(msgspec.msgpack.encode(snapshot.words))
        file.flush()
        _sync(file.fileno())
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _sync(descriptor: int) -> None:
    # Without it a power cut can leave a file of zeros under the final name.
    os.fsync(descriptor)
