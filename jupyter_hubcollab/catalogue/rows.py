"""Rows of an array on disk; of a large one only what is asked for is read: mapped, each row would keep a page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGE = 64 << 20
"""Bytes from which on a file is not mapped."""


class Rows:
    """A ``.npy`` file of two dimensions."""

    def __init__(self, file: Path) -> None:
        """Open *file*.

        Raises:
            ValueError: it is damaged.
        """
        mapped = np.load(file, mmap_mode="r")
        self._shape, self._dtype, self._start = mapped.shape, mapped.dtype, mapped.offset
        small = mapped.nbytes <= LARGE or not hasattr(os, "pread")
        self._mapped: NDArray[Any] | None = mapped.view(np.ndarray) if small else None
        self._file = None if small else file.open("rb")

    def __len__(self) -> int:
        return int(self._shape[0])

    def pick(self, places: NDArray[Any]) -> NDArray[Any]:
        """Some of the rows."""
        if self._mapped is not None:
            found: NDArray[Any] = self._mapped[places]
            return found
        assert self._file is not None
        read, file, width = os.pread, self._file.fileno(), self._shape[1] * self._dtype.itemsize
        joined = b"".join([read(file, width, self._start + place * width) for place in places.tolist()])
        return np.frombuffer(joined, self._dtype).reshape(len(places), self._shape[1])

    def whole(self) -> NDArray[Any]:
        """All of them, to be read once from the first to the last."""
        if self._mapped is not None:
            return self._mapped
        assert self._file is not None
        mapped: NDArray[Any] = np.memmap(self._file, self._dtype, "r", self._start, self._shape)
        return mapped
