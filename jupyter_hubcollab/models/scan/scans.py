"""Verdicts on the files of the hub, found once per content and remembered by digest.

Built as ``Scans(database, blobs)``; ``scans.check`` is the scan hook of commits. Scanning reads opcodes and headers,
not tensors: a torch or joblib file of a gigabyte takes well under a second, so the commit waits for it.
"""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from sqlalchemy import insert, select

from ...errors import UnsafeFile
from ...names import Digest
from ...storage.blobs import Blobs
from ...storage.database import Database
from ...storage.schema import scans
from .formats import PERHAPS, PICKLED, REMEDY, scan, suffix
from .verdicts import SAFE, Safety, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = 1
"""Raised when the rules change: verdicts by older rules are not believed."""

UNSCANNED = Verdict("unscanned", "nobody has looked into it yet")
_PLAIN = frozenset(".md .txt .json .yaml .yml .csv .tsv .ipynb .html .svg .png .jpg .jpeg .gif .toml .cfg .lock .safetensors".split())
MOST_ASKED = 400


class Scans:
    """Looks into files, once per content."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def check(self, files: Iterable[tuple[str, bytes | Digest]]) -> None:
        """Let *files* (path and content) into history, or refuse.

        Raises:
            UnsafeFile: one of them could run code when it is loaded; the text says which, and by which import.
        """
        refused = [
            f"{path}: {verdict.note}"
            for path, content in files
            if (verdict := self.verdict(path, content)).safety == "unsafe"
        ]
        if refused:
            remedy = "" if REMEDY in refused[0] else f"; {REMEDY} instead"
            raise UnsafeFile("; ".join(refused[:5]) + remedy)

    def verdict(self, path: str, content: bytes | Digest) -> Verdict:
        """The verdict on a file; found now, if nobody asked before."""
        kind = kind_of(path)
        if isinstance(content, bytes):
            return scan(io.BytesIO(content), len(content), path)
        known = self.known([(path, content)]).get((path, content))
        if known is not None:
            return known
        with _opened(self._blobs, content) as source:
            found = scan(source, self._blobs.size(content), path)
        self._remember(content, kind, found)
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
        statement = insert(scans).prefix_with("OR REPLACE", dialect="sqlite")
        with self._database.write() as connection:
            connection.execute(statement.values(**row))


def kind_of(path: str) -> str:
    """What counts of a file's name for the verdict on its bytes."""
    found = suffix(path)
    return found if found in PICKLED | PERHAPS or found in (".keras", ".py", ".skops", ".safetensors") else ""


def is_plain(path: str) -> bool:
    """Whether a small text file of this name needs no look."""
    return suffix(path) in _PLAIN


def verdict_on_text(path: str) -> Verdict:
    """The verdict on a file that git itself holds and nobody looked into: only its name is known."""
    return SAFE if is_plain(path) or not suffix(path) or suffix(path) not in PICKLED else UNSCANNED


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
