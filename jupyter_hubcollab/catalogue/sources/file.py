"""A file of JSON lines, packed or not: one repo a line."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ...errors import EntryNotFound
from ..documents import BadRecord, Document, of_record
from . import Batch

BATCH = 500
LONGEST_LINE = 20_000_000
"""Characters; a longer line is counted as broken."""


class File:
    """Reads on at the line where an earlier reading of the same edition of the file stopped."""

    def __init__(self, path: str) -> None:
        """*path* may begin with ``~``."""
        self._path = Path(path).expanduser()
        try:
            state = self._path.stat()
        except OSError as error:
            raise EntryNotFound(f"cannot read {self._path} ({error.strerror})") from error
        self._edition = f"{state.st_size}.{state.st_mtime_ns}"

    @property
    def name(self) -> str:
        """By which its progress is remembered."""
        return f"file:{self._path.absolute()}"

    def remaining(self) -> None:
        """A file says nothing of what it does not list."""

    def batches(self, position: str, limit: int | None) -> Iterator[Batch]:
        """What comes behind *position*."""
        edition, _, line = position.partition(" ")
        start = int(line) if edition == self._edition else 0
        done = start
        for batch in _batched(islice(self._lines(), start, None if limit is None else start + limit)):
            documents = [document for line in batch if (document := _parsed(line)) is not None]
            done += len(batch)
            yield Batch(documents, len(batch), len(batch) - len(documents), f"{self._edition} {done}")

    def _lines(self) -> Iterator[str]:
        try:
            with (
                gzip.open(self._path, "rt", encoding="utf-8", errors="replace")
                if self._path.suffix == ".gz"
                else (self._path.open(encoding="utf-8", errors="replace")) as file
            ):
                while line := file.readline(LONGEST_LINE):
                    yield line
        except (OSError, EOFError, zlib.error) as error:
            raise EntryNotFound(f"{self._path} cannot be read to its end ({error}); what was read is kept") from error


def _batched(lines: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def _parsed(line: str) -> Document | None:
    try:
        return of_record(json.loads(line))
    except (json.JSONDecodeError, RecursionError, BadRecord):
        return None
