"""Another hub like this one: its catalogue is streamed, oldest change first, with the text of the cards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode

from ..abroad import source_of
from ..documents import HUB, BadRecord, Document, key_of, of_record
from . import Batch, Options
from .asking import Asking

OVERLAP_DAYS = 0.02
"""What changed shortly before the last reading is read again: days of change are kept in minutes."""


class OurHub:
    """Public repos of another jupyter_hubcollab."""

    def __init__(self, url: str, options: Options) -> None:
        """*url* is that of its server, with or without ``/hubcollab``."""
        base = url.rstrip("/").removesuffix("/hubcollab")
        self._asking = Asking(f"{base}/hubcollab", options.token)
        self._home = base
        self._source = source_of(base)
        self._kinds = options.kinds
        self._at_once = options.at_once

    @property
    def name(self) -> str:
        """By which its progress is remembered."""
        return f"hub:{self._asking.url}"

    def batches(self, position: str, limit: int | None) -> Iterator[Batch]:
        """What changed since *position*."""
        asked = {"source": HUB, "body": "1", "after": _before(position)}
        if limit is not None:
            asked["limit"] = str(limit)
        with self._asking.stream(f"{self._asking.url}/api/catalogue?{urlencode(asked)}") as answer:
            lines = answer.iter_lines()
            while some := list(islice(lines, self._at_once)):
                rows = [row for line in some if (row := _row(line)) is not None]
                documents = [one for row in rows if (one := self._document(row)) is not None]
                broken = len(some) - len(rows)
                yield Batch(documents, len(some), broken, rows[-1]["cursor"] if rows else position)

    def remaining(self) -> tuple[str, set[str]]:
        """Its name among the sources of documents, and the keys of all that it still has."""
        with self._asking.stream(f"{self._asking.url}/api/catalogue?{urlencode({'source': HUB, 'ids': '1'})}") as told:
            rows = [row for line in told.iter_lines() if (row := _row(line)) is not None]
        return self._source, {key_of(self._source, row["kind"], row["id"]) for row in rows}

    def _document(self, row: dict[str, Any]) -> Document | None:
        if row.get("visibility") != "public" or row.get("kind") not in self._kinds:
            return None  # what the owner of the token alone may see is not for everybody here
        metrics = [f"{name}={value} on {dataset}" for name, value, dataset in row.get("metrics") or []]
        record = row | {
            "source": self._source,
            "description": row.get("summary"),
            "params": row.get("parameters"),
            "size_bytes": row.get("sizeBytes"),
            "base_model": row.get("baseModel"),
            "metrics": metrics,
            "updated": row.get("updatedAt"),
            "url": row.get("url") or f"{self._home}/lab?hubcollab-{row['kind']}={quote(row['id'])}",
        }
        try:
            return of_record(record)
        except BadRecord:
            return None


def _row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        return None
    good = isinstance(row, dict) and isinstance(row.get("id"), str) and isinstance(row.get("kind"), str)
    return row if good else None


def _before(position: str) -> str:
    day = position.partition("_")[0]
    return f"{max(0.0, float(day) - OVERLAP_DAYS)!r}_0" if day else ""
