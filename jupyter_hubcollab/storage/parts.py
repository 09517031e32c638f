"""Blobs that come in parts, several at once and in any order: one file, each part written at its place."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ..errors import BadRequestBody, BlobNotFound
from ..names import Digest
from .files import room_needed
from .local import LocalBlobs


class Parts:
    """Uploads in parts, by names that are secrets of their senders. The collector of garbage removes abandoned ones."""

    def __init__(self, folder: Path, blobs: LocalBlobs) -> None:
        self._scratch = folder / "incoming"
        self._blobs = blobs

    def begin(self, upload: str, start: int) -> Part:
        """Begin to receive the part at *start*, anew if it came before."""
        with room_needed("an upload"):
            return Part(self._file(upload), start)

    def finish(self, upload: str, expected: Digest) -> None:
        """Make the blob visible, all of it and durably. Asked again, because an answer was lost, it is there.

        Raises:
            DigestMismatch: other bytes came; nothing is kept.
            BlobNotFound: no part came.
        """
        file = self._file(upload)
        if not file.is_file() and self._blobs.has(expected):
            return
        try:
            with room_needed("an upload"):
                self._blobs.adopt(file, expected)
        except FileNotFoundError as error:
            raise BlobNotFound("no part of this upload is here; begin it again") from error
        finally:
            file.unlink(missing_ok=True)

    def abort(self, upload: str) -> None:
        """Forget what came."""
        self._file(upload).unlink(missing_ok=True)

    def _file(self, upload: str) -> Path:
        if not upload.isalnum():
            raise BadRequestBody("this is no name of an upload")
        return self._scratch / f"parts-{upload}"


class Part:
    """Bytes on their way into their place."""

    def __init__(self, file: Path, start: int) -> None:
        self._at = start
        self._handle = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)

    def write(self, piece: bytes) -> None:
        """Take the next bytes.

        Raises:
            StorageFull: there is no room for them.
        """
        rest = memoryview(piece)
        with room_needed("an upload"):
            while rest:
                written = os.pwrite(self._handle, rest, self._at)
                self._at += written
                rest = rest[written:]

    def close(self) -> None:
        """No more will come."""
        with suppress(OSError):
            os.close(self._handle)
