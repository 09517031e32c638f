"""Files of other hubs on their way in: read while they arrive, checked when they are whole, gone on with after a break.

A file is here under the name of its hash only when its bytes were found to have that hash. The last mebibyte of a file
is given to nobody before that: who reads wrong bytes never gets all of them, and their client sees a broken download.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ...errors import DigestMismatch, HubError, UpstreamUnavailable
from ...storage.blobs import PIECE
from ...storage.files import publish, room_needed
from .ids import UpstreamFile
from .room import Room

if TYPE_CHECKING:
    from hashlib import _Hash as Hasher

    import httpx

Opened = Callable[[int], "AbstractContextManager[httpx.Response]"]
"""Opens the bytes of a file from an offset."""

_log = logging.getLogger(__name__)
_TRIES = 3
"""So often in a row a transfer may break without a byte in between."""
_NEAR = 8 << 20
_SMALL = 64 << 20


class Transfers:
    """The files that are here, and those that are arriving; each arrives once, however many wait for it."""

    def __init__(self, folder: Path, threads: Executor, limit_bytes: int = 0) -> None:
        """*limit_bytes*: how much room all files may take; 0: as much as there is."""
        self.room = Room(folder, limit_bytes)
        self._folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._running: dict[Path, _Transfer] = {}
        self._closing = threading.Event()

    def wants(self, file: UpstreamFile, start: int, end: int) -> bool:
        """Whether a range is best read from the whole file that is here or is brought for it.

        Not so a part of a large file: nobody waits for gigabytes, nor fetches them, to read the end of a table or the
        header of a checkpoint.
        """
        place = self._place(file)
        if place.is_file() or file.size <= _SMALL:
            return True
        with self._lock:
            running = self._running.get(place)
        partial = _partial(place)
        arrived = running.have if running else partial.stat().st_size if partial.is_file() else 0
        return start <= arrived + _NEAR and (running is not None or end == file.size)

    def read(self, file: UpstreamFile, opened: Opened, start: int, end: int) -> Iterator[bytes]:
        """The bytes from *start* up to *end*, as soon as they are here.

        Raises, at once or between two pieces:
            UpstreamUnavailable: its hub went away; what came is kept for the next time.
            DigestMismatch: its hub sent other bytes than it had announced; nothing is kept.
        """
        place = self._place(file)
        with self._lock:
            whole = place.is_file()
            if not whole and place not in self._running:
                transfer = _Transfer(file, place, opened, self._closing)
                self._running[place] = transfer
                self._threads.submit(self._run, transfer)
            running = self._running.get(place)
        if whole or running is None:
            self.room.used(place)
            return _pieces(place, start, end)
        return running.read(start, end)

    def close(self) -> None:
        """End what is running; who waits is told."""
        self._closing.set()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _run(self, transfer: _Transfer) -> None:
        try:
            transfer.run()
        except Exception:  # noqa: BLE001 -- the edge of a task
            _log.exception("the transfer of %s failed", transfer.place.name)
        finally:
            with self._lock:
                self._running.pop(transfer.place, None)
            self.room.make(self._busy)

    def _busy(self) -> set[Path]:
        with self._lock:
            return {at for place in self._running for at in (place, _partial(place))}

    def _place(self, file: UpstreamFile) -> Path:
        # What one person's token gave lies apart, also where the bytes are the same.
        viewer = hashlib.sha256(file.viewer.encode()).hexdigest()[:16] if file.viewer else "public"
        return self._folder / viewer / file.etag[:2] / file.etag


class _Transfer:
    """One file that is arriving."""

    def __init__(self, file: UpstreamFile, place: Path, opened: Opened, closing: threading.Event) -> None:
        self.place = place
        self.have = 0
        self._file = file
        self._opened = opened
        self._closing = closing
        self._changed = threading.Condition()
        self._done = False
        self._failure: HubError | None = None

    def run(self) -> None:
        """Bring the file, check it, give it its name; whatever happens, tell those who wait."""
        failure: HubError | None = UpstreamUnavailable(f"the transfer of '{self._file.path}' ended")
        try:
            self._bring()
            failure = None
        except HubError as error:
            failure = error
        finally:
            with self._changed:
                self._done, self._failure = failure is None, failure
                self._changed.notify_all()

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes from *start* up to *end*, waiting for them."""
        file = None
        try:
            while start < end:
                ready = self._wait_beyond(start)
                if file is None:
                    file = self._open()
                    file.seek(start)
                piece = file.read(min(PIECE, min(ready, end) - start))
                if not piece:
                    raise UpstreamUnavailable(f"'{self._file.path}' began anew; ask again")
                start += len(piece)
                yield piece
        finally:
            if file is not None:
                file.close()

    def _open(self) -> IO[bytes]:
        for place in (_partial(self.place), self.place):  # it gets its name while we look
            if place.is_file():
                return place.open("rb", buffering=0)
        raise UpstreamUnavailable(f"'{self._file.path}' began anew; ask again")

    def _wait_beyond(self, start: int) -> int:
        """Up to where the bytes may be read, once that is beyond *start*."""
        with self._changed:
            self._changed.wait_for(lambda: self._done or self._failure is not None or self._shown() > start)
            if self._failure is not None:
                raise self._failure
            return self._file.size if self._done else self._shown()

    def _shown(self) -> int:
        return min(self.have, self._file.size - PIECE)

    def _bring(self) -> None:
        partial = _partial(self.place)
        partial.parent.mkdir(parents=True, exist_ok=True)
        hasher = self._begin(partial)
        with room_needed(self._file.path), partial.open("ab") as target:
            tries = _TRIES
            while self.have < self._file.size:
                before = self.have
                try:
                    self._receive(target, hasher)
                    why = UpstreamUnavailable(f"{self._file.hub} sent too little of '{self._file.path}'")
                except UpstreamUnavailable as error:
                    why = error
                tries = _TRIES if self.have > before else tries - 1
                if not tries or self._closing.is_set():
                    raise why
            target.flush()
            os.fsync(target.fileno())
        self._finish(partial, hasher)

    def _begin(self, partial: Path) -> Hasher:
        """Hash what an earlier transfer left."""
        hasher = _hasher(self._file)
        if partial.is_file():
            if partial.stat().st_size > self._file.size:
                partial.unlink()
                return hasher
            for piece in _pieces(partial, 0, self._file.size):
                hasher.update(piece)
                self.have += len(piece)
        return hasher

    def _receive(self, target: IO[bytes], hasher: Hasher) -> None:
        with self._opened(self.have) as response:
            skip = self.have if response.status_code == 200 else 0  # a hub that knows no ranges begins anew
            for piece in response.iter_raw():
                if self._closing.is_set():
                    return
                fresh = piece[skip:]
                skip = max(0, skip - len(piece))
                if self.have + len(fresh) > self._file.size:
                    raise self._wrong("more bytes than announced")
                hasher.update(fresh)
                target.write(fresh)
                target.flush()  # readers open the file on their own
                with self._changed:
                    self.have += len(fresh)
                    self._changed.notify_all()

    def _finish(self, partial: Path, hasher: Hasher) -> None:
        if hasher.hexdigest() != self._file.etag:
            raise self._wrong("other bytes than announced")
        publish(partial, self.place)

    def _wrong(self, what: str) -> DigestMismatch:
        _partial(self.place).unlink(missing_ok=True)
        file = self._file
        return DigestMismatch(f"{file.hub} sent {what} for '{file.path}' of {file.id}; nothing of it is kept")


def _hasher(file: UpstreamFile) -> Hasher:
    if file.hashed_by == "sha256":
        return hashlib.sha256()
    return hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)


def _partial(place: Path) -> Path:
    return place.with_name(place.name + ".part")


def _pieces(place: Path, start: int, end: int) -> Iterator[bytes]:
    """Opens the file at once: it may be removed to make room before the first piece is asked for."""
    return _pieces_of(place.open("rb", buffering=0), start, end)


def _pieces_of(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while start < end and (piece := file.read(min(PIECE, end - start))):
            start += len(piece)
            yield piece
