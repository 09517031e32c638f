"""Files written into git's object store by Python: libgit2 would keep all other threads waiting while it compresses ten
megabytes, or while the disk makes it wait.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path

_FASTEST = 1
"""As git compresses by itself."""


def write_blob(repository: Path, content: bytes) -> str:
    """Write a file as git keeps it and give its id; it is durable when `BareRepos.sync_objects` was told so."""
    header = b"blob %d\0" % len(content)
    oid = hashlib.sha1(header, usedforsecurity=False)
    oid.update(content)
    name = oid.hexdigest()
    final = repository / "objects" / name[:2] / name[2:]
    with suppress(FileNotFoundError):
        os.utime(final)  # who collects garbage lets young objects be
        if final.stat().st_size:
            return name
    final.parent.mkdir(exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=final.parent, prefix="tmp_obj_")
    try:
        with os.fdopen(handle, "wb") as file:
            packer = zlib.compressobj(_FASTEST)
            file.write(packer.compress(header) + packer.compress(content) + packer.flush())
        Path(temporary).chmod(0o444)
        Path(temporary).replace(final)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return name


def remove_empty(repository: Path) -> None:
    """Remove objects of which a power cut left only the name: git would take them for written, and find them broken."""
    for file in repository.glob("objects/[0-9a-f][0-9a-f]/*"):
        with suppress(FileNotFoundError):
            if not file.stat().st_size:
                file.unlink()
