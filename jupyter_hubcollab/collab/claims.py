"""Which server works on a file: others that do too are noticed, whatever data folders they have.

A lock of the operating system on the file itself, which others need not know of; it goes with the process, however that
dies. A save replaces the file by a new one, so the claim is laid anew after each.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


class Claims:
    """The files that this server works on."""

    def __init__(self) -> None:
        self._held: dict[Path, tuple[tuple[int, int], int]] = {}

    def lay(self, path: Path) -> bool:
        """Claim the file as it is now; False if another server has it."""
        try:
            file = os.open(path, os.O_RDONLY)
        except OSError:  # it is gone, or not ours to read
            return True
        state = os.fstat(file)
        number = (state.st_dev, state.st_ino)
        if path in self._held and self._held[path][0] == number:
            os.close(file)
            return True
        self.drop(path)
        if not _locked(file):
            os.close(file)
            return False
        self._held[path] = (number, file)
        return True

    def drop(self, path: Path) -> None:
        """Let others have it."""
        held = self._held.pop(path, None)
        if held is not None:
            os.close(held[1])


def _locked(file: int) -> bool:
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system that has no locks
        return True
    return True
