"""Large uploads that arrive in parts: what came is kept, so that a lost connection costs one part and not all."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from weakref import WeakValueDictionary

from ..errors import TooLarge
from ..names import Digest
from .files import room_needed
from .local import LocalBlobs

KEPT = timedelta(days=2)
"""How long a part waits for the next one."""


class Partials:
    """Unfinished files, each of one person; nobody else can append to it or learn of it."""

    def __init__(self, folder: Path, blobs: LocalBlobs, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._blobs = blobs
        self._now = now
        self._guard = threading.Lock()
        self._locks: WeakValueDictionary[Path, threading.Lock] = WeakValueDictionary()

    def received(self, user: str, digest: Digest) -> int:
        """How many bytes of a file came so far."""
        file = self._file(user, digest)
        return file.stat().st_size if file.exists() else 0

    def add(self, user: str, digest: Digest, part: bytes, *, offset: int, total: int) -> int:
        """Append *part*, which begins at *offset*; the number of bytes that are here now.

        A part that begins elsewhere than where the file ends is not taken: the sender goes on from the answer. With
        the last one the file becomes a blob.

        Raises:
            TooLarge: more came than announced.
            DigestMismatch: other bytes came than announced; they are forgotten.
            StorageFull: there is no room.
        """
        if offset + len(part) > total:
            raise TooLarge(f"a file of {total:,} bytes was announced; {offset + len(part):,} came")
        file = self._file(user, digest)
        with self._lock(file):
            there = self.received(user, digest)
            if offset != there:
                return there
            self._append(file, part)
            if there + len(part) == total:
                self._finish(file, digest)
            return there + len(part)

    def sweep(self) -> None:
        """Forget what nobody went on with."""
        oldest = (self._now() - KEPT).timestamp()
        for file in self._folder.glob("*"):
            if file.stat().st_mtime < oldest:
                file.unlink(missing_ok=True)

    def _append(self, file: Path, part: bytes) -> None:
        if not file.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            self.sweep()
        with room_needed("an upload"), file.open("ab") as target:
            target.write(part)

    def _finish(self, file: Path, digest: Digest) -> None:
        try:
            self._blobs.adopt(file, digest)
        finally:
            file.unlink(missing_ok=True)

    def _lock(self, file: Path) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(file, threading.Lock())

    def _file(self, user: str, digest: Digest) -> Path:
        return self._folder / hashlib.sha256(f"{user}\0{digest}".encode()).hexdigest()
