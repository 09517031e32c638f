"""A hub out of a backup, on an empty machine; and whether a backup is still what it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pygit2

from ..config import Config
from ..errors import BadInput, DigestMismatch
from ..storage.database import Database, note_url, noted_url
from ..storage.exclusive import Exclusive
from ..storage.files import room_needed
from ..storage.moving import copy_index, require_empty
from .backups import SNAPSHOTS, Kept, copy_hashed, kept_of, refs_in, snapshots_of
from .checking import Finding
from .hub import open_hub
from .identity import write_identity_fields
from .reindexing import reindex_chunks
from .work import Tell, silent


def verify(folder: Path, tell: Tell = silent, snapshot: str | None = None) -> Iterator[Finding]:
    """Read a snapshot (the newest, if none is named) again; what is missing or has changed.

    Raises:
        BadInput: there is no such snapshot.
    """
    files = list(kept_of(folder, _named(folder, snapshot)))
    for at, kept in enumerate(files):
        tell(at / len(files), f"reading file {at + 1} of {len(files)}")
        try:
            with (folder / kept.at).open("rb") as file, Path(os.devnull).open("wb") as nowhere:
                same = copy_hashed(file, nowhere) == (kept.size, kept.sha256)
        except OSError as error:
            yield Finding("", f"{kept.at} cannot be read ({error.strerror})")
            continue
        if not same:
            yield Finding("", f"{kept.at} has changed on disk")
    tell(1.0, "")


def restore(
    folder: Path, data_dir: Path, tell: Tell = silent, snapshot: str | None = None, *, database_url: str = ""
) -> list[Finding]:
    """Make the hub of a snapshot in *data_dir*, its index in *database_url* if one is named; what `fsck` says of it.

    Raises:
        BadInput: there is no such snapshot, or a hub is there.
        DigestMismatch: the backup is damaged.
        StorageFull: there is no room.
    """
    wanted = _named(folder, snapshot)
    if (data_dir / "index.sqlite").exists() or noted_url(data_dir):
        raise BadInput(f"there is a hub in {data_dir}; restore into an empty folder, or move that one away")
    if database_url:
        _require_empty(database_url)
    lock = Exclusive(data_dir, f"a restore from {folder}")
    try:
        with room_needed("the restored hub"):
            _copy(folder, data_dir, wanted, tell)
            for one in refs_in(folder, wanted):
                _repo(data_dir / "repos" / one["storage"], one)
            databases = folder / SNAPSHOTS / wanted / "databases"
            shutil.copytree(databases, data_dir, dirs_exist_ok=True)
            os.sync()
        found = _settled(data_dir, tell)
        if database_url:
            _move_index(data_dir, database_url)
        return found
    finally:
        lock.release()


def _named(folder: Path, snapshot: str | None) -> str:
    known = snapshots_of(folder)
    if not known or (snapshot is not None and snapshot not in known):
        raise BadInput(f"{folder} has no {'such ' if known else ''}snapshot; it has: {', '.join(known) or 'none'}")
    return snapshot or known[-1]


def _copy(folder: Path, data_dir: Path, snapshot: str, tell: Tell) -> None:
    files = list(kept_of(folder, snapshot))
    for at, kept in enumerate(files):
        if not at % 100:
            tell(0.8 * at / len(files), f"copying file {at + 1} of {len(files)}")
        _copy_one(folder, data_dir, kept)


def _copy_one(folder: Path, data_dir: Path, kept: Kept) -> None:
    target = data_dir / kept.path
    target.parent.mkdir(parents=True, exist_ok=True)
    private = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (folder / kept.at).open("rb") as source, os.fdopen(private, "wb") as copy:
        same = copy_hashed(source, copy) == (kept.size, kept.sha256)
    if not same:
        raise DigestMismatch(f"{kept.at} in the backup has changed on disk; try an earlier snapshot")


def _repo(place: Path, one: dict[str, Any]) -> None:
    """Give the objects that were copied the refs of the snapshot."""
    pygit2.init_repository(str(place), bare=True, initial_head="main")
    lines = [f"{tip} {name}\n" for name, tip in sorted(one["refs"].items())]
    (place / "packed-refs").write_text("# pack-refs with: sorted \n" + "".join(lines))
    if one["identity"] is not None:
        write_identity_fields(place, one["identity"])


def _require_empty(url: str) -> None:
    target = Database(url)
    try:
        require_empty(target)
    finally:
        target.close()


def _move_index(data_dir: Path, url: str) -> None:
    source, target = Database(Config(data_dir).index_url), Database(url)
    try:
        copy_index(source, target)
    finally:
        source.close()
        target.close()
    note_url(data_dir, url)
    for file in data_dir.glob("index.sqlite*"):
        file.unlink()


def _settled(data_dir: Path, tell: Tell) -> list[Finding]:
    """Bring the index up to what came after it, and look whether all is well."""
    tell(0.85, "bringing the index up to date")
    (data_dir / "running").touch()  # so that it is opened like after a crash
    database = Database(Config(data_dir).index_url)
    try:
        hub = open_hub(data_dir, database)
        reindex_chunks(hub.upkeep.places, datetime.now(UTC), silent)
        found = list(hub.upkeep.fsck(lambda share, what: tell(0.9 + 0.1 * share, what)))
        hub.close()
    finally:
        database.close()
    return found
