"""Fills the catalogue with public models, from a file of JSON lines; other hubs come by the same way.

`sync(search, "file:models.jsonl.gz")` reads where it stopped last time, writes only what has changed, and counts the
lines that make no sense. A server that runs meanwhile sees the models at its next search.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ..errors import BadQuery, EntryNotFound
from .documents import BadRecord, Document, of_record
from .search import Search

BATCH = 500
LONGEST_LINE = 20_000_000
"""Characters; a longer line is counted as broken."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did."""

    read: int = 0
    changed: int = 0
    broken: int = 0


def sync(
    search: Search, source: str, *, limit: int | None = None, tell: Callable[[Synced], None] = lambda _: None
) -> Synced:
    """Read at most *limit* models from *source* (``file:PATH``); *tell* hears after each batch how far it is.

    Raises:
        BadQuery: this kind of source is not known.
        EntryNotFound: there is no such file, or it cannot be read.
    """
    kind, _, name = source.partition(":")
    if kind != "file" or not name:
        raise BadQuery(f"cannot sync from '{source[:80]}'; use file:PATH with a file of JSON lines")
    return _File(search, Path(name).expanduser()).sync(limit, tell)


class _File:
    """A file of JSON lines, packed or not."""

    def __init__(self, search: Search, path: Path) -> None:
        self._search = search
        self._path = path
        try:
            state = path.stat()
        except OSError as error:
            raise EntryNotFound(f"cannot read {path} ({error.strerror})") from error
        self._source = f"file:{path.absolute()}"
        self._edition = f"{state.st_size}.{state.st_mtime_ns}"

    def sync(self, limit: int | None, tell: Callable[[Synced], None]) -> Synced:
        done = Synced()
        start = self._position()
        for batch in _batched(islice(self._lines(), start, None if limit is None else start + limit)):
            documents = [document for line in batch if (document := _parsed(line)) is not None]
            done = replace(
                done,
                read=done.read + len(batch),
                changed=done.changed + self._search.put_changed(documents),
                broken=done.broken + len(batch) - len(documents),
            )
            self._search.store().set_progress(self._source, f"{self._edition} {start + done.read}")
            tell(done)
        return done

    def _position(self) -> int:
        """The line where an earlier sync of the same edition of the file stopped."""
        edition, _, line = (self._search.store().progress(self._source) or "").partition(" ")
        return int(line) if edition == self._edition else 0

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
