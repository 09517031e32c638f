"""One server per data folder: rooms and the MLflow child keep state in memory that two servers would tear apart."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..errors import StorageFull, Unavailable


class Exclusive:
    """A lock on a folder that the operating system drops when the process dies, however it dies."""

    def __init__(self, folder: Path, owner: str) -> None:
        """Take *folder* for *owner* (a sentence for others: who and where).

        Raises:
            Unavailable: another process has it, or the folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Models are large and have their own history; the project's git should not see them.
            (folder / ".gitignore").write_text("*\n")
            self._file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise _unwritable(folder, error) from error
        if not _lock(self._file):
            holder = os.pread(self._file, 500, 0).decode(errors="replace").strip()
            os.close(self._file)
            raise Unavailable(
                f"{folder} is in use by {holder or 'another server'}; stop that server, "
                "or start this one with another --HubCollab.data_dir"
            )
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, owner.encode(), 0)

    def release(self) -> None:
        """Let others take the folder."""
        os.close(self._file)


def _unwritable(folder: Path, error: OSError) -> Unavailable | StorageFull:
    if error.errno == 28:  # ENOSPC
        return StorageFull(f"no space left for {folder}")
    return Unavailable(f"cannot write to {folder} ({error.strerror}); choose another folder with --HubCollab.data_dir")


def _lock(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody else has it
        return False
    return True
