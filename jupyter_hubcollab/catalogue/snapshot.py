"""The index as it was in memory, on disk, so that a server that starts again does not work it out anew.

A snapshot is never the truth: what the store wrote after it is read from the store, and one that is damaged, of
another store or of other code is left aside.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec
import numpy as np

from .rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]
    Parts = Mapping[str, "NDArray[Any] | Pieces"]

ROWS_AT_ONCE = 65_536
_log = logging.getLogger(__name__)


FORMAT = 4
"""Raised when a snapshot of the code before cannot be read."""
ROWS = "vectors"
"""The array of which few rows are looked at."""


class _Head(msgspec.Struct, frozen=True):
    mark: str


class Words(msgspec.Struct, frozen=True):
    """What is no array."""

    mark: str
    """Of the store that it was made from."""
    embedder: str
    """Whose vectors are in it."""
    last: int
    """The newest slot in it."""
    term_segments: int
    word_segments: int
    task_names: list[str]
    private: dict[int, tuple[str, str, str]]
    metrics: list[str]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Arrays that are written as one, without ever being one in memory."""

    pieces: tuple[NDArray[Any], ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Words and arrays of an index; arrays are mapped, a write to one stays in memory."""

    words: Words
    arrays: Arrays
    vectors: Rows | None
    """None where the store has them."""


def read(folder: Path, mark: str) -> Snapshot | None:
    """The snapshot in *folder*, or None if there is none of the store *mark*."""
    try:
        written = (folder / "words").read_bytes()
        if msgspec.msgpack.decode(written, type=_Head).mark != f"{FORMAT}/{mark}":
            return None
        words = msgspec.msgpack.decode(written, type=Words)
        arrays = {file.stem: _mapped(file) for file in folder.glob("*.npy") if file.stem != ROWS}
        rows = folder / f"{ROWS}.npy"
        return Snapshot(words, arrays, Rows(rows) if rows.exists() else None)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, msgspec.DecodeError) as error:
        _log.warning("the snapshot of the search index is damaged (%s) and is made again", error)
        return None


def _mapped(file: Path) -> NDArray[Any]:
    # A plain array over the mapped memory: picking from numpy's memmap class takes ten times as long.
    mapped: NDArray[Any] = np.load(file, mmap_mode="c")
    return mapped.view(np.ndarray)


def write(folder: Path, words: Words, parts: Parts) -> None:
    """Put a snapshot in place of what was in *folder*, whole or not at all."""
    new, old = folder.with_name(f"{folder.name}.new"), folder.with_name(f"{folder.name}.old")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    for name, values in parts.items():
        with (new / f"{name}.npy").open("wb") as file:
            _save(file, values)
            _sync(file.fileno())
    with (new / "words").open("wb") as file:
        file.write(msgspec.msgpack.encode(msgspec.structs.replace(words, mark=f"{FORMAT}/{words.mark}")))
        file.flush()
        _sync(file.fileno())
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _save(file: IO[bytes], values: NDArray[Any] | Pieces) -> None:
    pieces = values.pieces if isinstance(values, Pieces) else (values,)
    first, rows = pieces[0], sum(len(piece) for piece in pieces)
    shape = (rows, *first.shape[1:])
    header = {"descr": np.lib.format.dtype_to_descr(first.dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    for piece in pieces:
        for start in range(0, len(piece), ROWS_AT_ONCE):
            file.write(np.ascontiguousarray(piece[start : start + ROWS_AT_ONCE]).data)


def _sync(descriptor: int) -> None:
    # Without it a power cut can leave a file of zeros under the final name.
    os.fsync(descriptor)
