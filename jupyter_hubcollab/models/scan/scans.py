"""Verdicts on the files of the hub, found once per content and remembered by digest.

Built as ``Scans(database, blobs)``; ``scans.check`` is the scan hook of commits. Scanning reads opcodes and headers,
not tensors: a torch or joblib file of a gigabyte takes well under a second, so the commit waits for it.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from sqlalchemy import delete, insert, select

from ...errors import UnsafeFile
from ...hub.changes import Candidate
from ...names import Digest
from ...storage.blobs import Blobs
from ...storage.database import Database
from ...storage.schema import scans
from .formats import REMEDY, scan
from .kinds import kind_of
from .verdicts import Safety, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = 1
"""Raised when the rules change: verdicts by older rules are not believed."""

MOST_ASKED = 400


class Scans:
    """Looks into files, once per content."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def check(self, candidate: Candidate) -> None:
        """Let a file into history, or refuse.

        Raises:
            UnsafeFile: it could run code when it is loaded; the text says by which import.
        """
        found = self._verdict(candidate)
        if found.safety == "unsafe":
            remedy = "" if REMEDY in found.note else f"; {REMEDY} instead"
            raise UnsafeFile(f"{candidate.path}: {found.note}{remedy}")

    def _verdict(self, candidate: Candidate) -> Verdict:
        if candidate.digest is None:
            content = b"".join(candidate.read())
            return scan(io.BytesIO(content), len(content), candidate.path)
        return self.verdict(candidate.path, candidate.digest)

    def verdict(self, path: str, digest: Digest) -> Verdict:
        """The verdict on a blob under this name; found now, if nobody asked before."""
        known = self.known([(path, digest)]).get((path, digest))
        if known is not None:
            return known
        with _opened(self._blobs, digest) as source:
            found = scan(source, self._blobs.size(digest), path)
        self._remember(digest, kind_of(path), found)
        return found

    def known(self, files: Iterable[tuple[str, Digest]]) -> Mapping[tuple[str, Digest], Verdict]:
        """The verdicts that are there already, by path and digest."""
        asked = list(files)
        found: dict[tuple[str, str], Verdict] = {}
        with self._database.read() as connection:
            for start in range(0, len(asked), MOST_ASKED):
                digests = [digest for _, digest in asked[start : start + MOST_ASKED]]
                rows = connection.execute(select(scans).where(scans.c.digest.in_(digests), scans.c.rules == RULES))
                found |= {(row.kind, row.digest): _verdict(row) for row in rows}
        return {
            (path, digest): found[kind_of(path), digest] for path, digest in asked if (kind_of(path), digest) in found
        }

    def _remember(self, digest: Digest, kind: str, verdict: Verdict) -> None:
        row = {
            "digest": digest,
            "kind": kind,
            "rules": RULES,
            "safety": verdict.safety,
            "note": verdict.note,
            "imports": json.dumps(verdict.imports),
        }
        same = (scans.c.digest == digest) & (scans.c.kind == kind)
        with self._database.write_derived() as connection:
            connection.execute(delete(scans).where(same))
            connection.execute(insert(scans).values(**row))


@contextmanager
def _opened(blobs: Blobs, digest: Digest) -> Iterator[BinaryIO]:
    path = blobs.path(digest)
    if path is not None:
        with path.open("rb") as source:
            yield source
        return
    with tempfile.TemporaryFile() as copy:
        for piece in blobs.read(digest):
            copy.write(piece)
        copy.seek(0)
        yield cast("BinaryIO", copy)


def _verdict(row: object) -> Verdict:
    safety, note, imports = row.safety, row.note, row.imports  # type: ignore[attr-defined]
    return Verdict(cast("Safety", safety), note, tuple(json.loads(imports)))
