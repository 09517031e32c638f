"""Backups of a hub in use, one snapshot after another into one folder; a later one copies only what is new.

A backup is the hub at the moment when its index was copied. The order makes it whole: the index first, then each
repo's refs and the git objects that they need, then recipes, then blobs and xorbs, then all other files. Whatever one
of them names was there before it and lies in one that is copied later; and nothing is removed meanwhile, for the
collector of garbage waits. What came after the index was copied is there in surplus: a pull request that the index does
not know is left out, a branch that went on is indexed again by `restoring`.

``blobs/`` ``repos/``      what never changes, shared by all snapshots
``files/aa/<sha256>``      other files, by content
``snapshots/<moment>/``    databases, refs, and the list of files with their SHA-256
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pygit2

from ..errors import BadInput, RepoNotFound
from ..storage.database import Database
from ..storage.files import files_below, room_needed, sync_folder
from ..storage.moving import copy_index
from .collecting import Places
from .identity import read_identity
from .reachable import locked_tips, named
from .refs import PULLS
from .work import Tell

PIECE = 1 << 20
SNAPSHOTS, FILES = "snapshots", "files"
_FORMAT = 1
_OBJECT = re.compile(r"[0-9a-f]{2}/[0-9a-f]{38}|pack/pack-[0-9a-f]{40}\.(pack|idx|rev)")
_NEVER_CHANGES = ("blobs/recipes", "blobs/lfs", "blobs/xorbs")
_LEFT_OUT = re.compile(
    r"(blobs|repos|journal|upstream|uploads)/.*|lock|running|index-url|\.gitignore|.*\.log|.*\.(sqlite|db)-(wal|shm|journal)|.*\.lock"
)
_NAME = "%Y-%m-%dT%H-%M-%S.%fZ"
_INDEX = "index.sqlite"
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the hub's folder, and where the backup has it."""

    path: str
    at: str
    size: int
    sha256: str
    changed: float


@dataclass(slots=True)
class Backup:
    """What a backup did."""

    snapshot: str
    files: int = 0
    size_bytes: int = 0
    copied: int = 0
    copied_bytes: int = 0
    problems: list[str] = field(default_factory=list)
    """What could not be copied as it should be; empty: the snapshot is whole."""


def snapshots_of(folder: Path) -> list[str]:
    """The finished snapshots of a backup, the oldest first."""
    return sorted(one.name for one in (folder / SNAPSHOTS).glob("*") if (one / "snapshot.json").is_file())


def kept_of(folder: Path, snapshot: str) -> Iterator[Kept]:
    """The files that a snapshot needs."""
    with (folder / SNAPSHOTS / snapshot / "files.jsonl").open() as lines:
        for line in lines:
            yield Kept(**json.loads(line))


def refs_in(folder: Path, snapshot: str) -> Iterator[dict[str, Any]]:
    """Storage name, refs and identity of each repo of a snapshot."""
    with (folder / SNAPSHOTS / snapshot / "refs.jsonl").open() as lines:
        for line in lines:
            yield json.loads(line)


def back_up(places: Places, folder: Path, now: datetime, *, keep: int | None, tell: Tell) -> Backup:
    """Add a snapshot to the backup in *folder*; with *keep*, only so many are left in the end.

    Raises:
        BadInput: *folder* holds something else.
        StorageFull: there is no room for it; earlier snapshots are as they were.
    """
    if folder.is_relative_to(places.folder):
        raise BadInput("a backup within the hub's own folder would be lost with it; name a folder elsewhere")
    with room_needed("the backup"):
        made = _Snapshot(places, _opened(folder), now, tell).make()
        if keep is not None:
            _prune(folder, keep)
        return made


def _opened(folder: Path) -> Path:
    mark = folder / "backup.json"
    if not mark.is_file():
        if folder.exists() and any(folder.iterdir()):
            raise BadInput(f"{folder} holds something else than a backup; name an empty folder")
        (folder / SNAPSHOTS).mkdir(parents=True)
        mark.write_text(json.dumps({"format": _FORMAT}))
    elif json.loads(mark.read_text()).get("format") != _FORMAT:
        raise BadInput(f"{folder} was made by another release of jupyter_hubcollab; name another folder")
    return folder


class _Snapshot:
    """One snapshot on its way."""

    def __init__(self, places: Places, folder: Path, now: datetime, tell: Tell) -> None:
        self._places = places
        self._source = places.folder
        self._folder = folder
        self._tell = tell
        earlier = snapshots_of(folder)
        self._before = {kept.path: kept for kept in kept_of(folder, earlier[-1])} if earlier else {}
        self._refs_before = {one["storage"]: one["refs"] for one in refs_in(folder, earlier[-1])} if earlier else {}
        self._kept: dict[str, Kept] = {}
        self._made = Backup(_name_of(now.astimezone(UTC), earlier))
        self._draft = folder / SNAPSHOTS / f".{self._made.snapshot}"

    def make(self) -> Backup:
        self._draft.mkdir(parents=True)
        try:
            self._databases()
            refs = list(self._repos())
            for top in _NEVER_CHANGES:
                self._unchanging(top)
            self._others()
            self._check(refs)
            self._finish(refs)
        finally:
            shutil.rmtree(self._draft, ignore_errors=True)
        self._tell(1.0, "done")
        return self._made

    def _databases(self) -> None:
        """Each as it is at one moment, the index first."""
        found = [
            path for path in files_below(self._source) if not _is_left_out(path, self._source) and _is_sqlite(path)
        ]
        if not self._places.database.is_file:
            found = [path for path in found if path != self._source / _INDEX]
            self._foreign_index()
        for path in sorted(found, key=lambda path: path.name != _INDEX):
            name = path.relative_to(self._source)
            self._tell(0.02, f"copying {name}")
            target = self._draft / "databases" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
                source.backup(copy)
                if copy.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                    self._made.problems.append(f"{name} is damaged")

    def _foreign_index(self) -> None:
        """The index of another database as a SQLite file, as all snapshots have it."""
        self._tell(0.01, "copying the index")
        (self._draft / "databases").mkdir()
        copy = Database(f"sqlite:///{self._draft / 'databases' / _INDEX}")
        try:
            copy_index(self._places.database, copy)
        finally:
            copy.close()

    def _repos(self) -> Iterator[dict[str, Any]]:
        with closing(sqlite3.connect(self._draft / "databases" / _INDEX)) as index:
            rows = index.execute("SELECT pk, storage FROM repos").fetchall()
            numbers = index.execute("SELECT repo_pk, number FROM discussions").fetchall()
        discussions: dict[int, set[str]] = {}
        for pk, number in numbers:
            discussions.setdefault(pk, set()).add(str(number))
        for at, (pk, storage) in enumerate(rows):
            self._tell(0.05 + 0.45 * at / len(rows), f"copying history {at + 1} of {len(rows)}")
            try:
                yield self._repo(storage, discussions.get(pk, set()))
            except RepoNotFound:
                self._made.problems.append(f"the repository {storage} is gone")

    def _repo(self, storage: str, discussions: set[str]) -> dict[str, Any]:
        bare = self._places.bare
        place = storage
        try:
            tips = locked_tips(bare, storage)
        except RepoNotFound:  # deleted since the index was copied
            place = bare.retired_name(storage)
            tips = locked_tips(bare, place)
        refs = {name: tip for name, tip in tips.items() if not name.startswith(PULLS) or _number(name) in discussions}
        objects = bare.path(place) / "objects"
        # A pack before its index, as git expects them.
        for file in sorted(objects.glob("*/*"), key=lambda file: file.suffix == ".idx"):
            if _OBJECT.fullmatch(file.relative_to(objects).as_posix()):
                self._keep(file, f"repos/{storage}/objects/{file.relative_to(objects).as_posix()}")
        return {"storage": storage, "refs": refs, "identity": read_identity(bare.path(place))}

    def _unchanging(self, top: str) -> None:
        files = [file for file in files_below(self._source / top) if file.name != "identity"]
        for at, file in enumerate(files):
            if not at % 100:
                self._tell(0.5 + 0.3 * at / len(files), f"copying {top} {at + 1} of {len(files)}")
            named_by = file.name if top == "blobs/lfs" else None
            self._keep(file, file.relative_to(self._source).as_posix(), named_by)

    def _others(self) -> None:
        self._tell(0.8, "copying other files")
        for file in list(files_below(self._source)):
            if not _is_left_out(file, self._source) and not _is_sqlite(file):
                self._keep_by_content(file, file.relative_to(self._source).as_posix())

    def _keep(self, file: Path, path: str, named_by: str | None = None) -> None:
        """Copy a file that never changes, unless an earlier snapshot has it."""
        known = self._before.get(path)
        if known is None or not (self._folder / known.at).is_file():
            known = self._copied(file, path, lambda _: path, named_by)
        if known is not None:
            self._note(known)

    def _keep_by_content(self, file: Path, path: str) -> None:
        try:
            stat = file.stat()
        except FileNotFoundError:
            return
        known = self._before.get(path)
        if known is None or (known.size, known.changed) != (stat.st_size, stat.st_mtime):
            known = self._copied(file, path, lambda sha256: f"{FILES}/{sha256[:2]}/{sha256}", None)
        if known is not None:
            self._note(known)

    def _copied(self, file: Path, path: str, place: Callable[[str], str], named_by: str | None) -> Kept | None:
        handle, name = tempfile.mkstemp(dir=self._draft)
        try:
            with file.open("rb") as source, os.fdopen(handle, "wb") as copy:
                size, sha256 = copy_hashed(source, copy)
                changed = os.fstat(source.fileno()).st_mtime
        except FileNotFoundError:  # packed or removed since it was listed; what needs it says so in the end
            os.close(handle)
            Path(name).unlink()
            return None
        if named_by is not None and sha256 != named_by:
            self._made.problems.append(f"{path} has changed on disk")
        target = self._folder / place(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(name).replace(target)
        self._made.copied += 1
        self._made.copied_bytes += size
        return Kept(path, place(sha256), size, sha256, changed)

    def _note(self, kept: Kept) -> None:
        self._kept[kept.path] = kept
        self._made.files += 1
        self._made.size_bytes += kept.size

    def _check(self, refs: list[dict[str, Any]]) -> None:
        """All that refs reach is in the backup; repos that did not change were looked at before."""
        with closing(sqlite3.connect(self._draft / "databases" / _INDEX)) as index:
            chunked = {digest for (digest,) in index.execute("SELECT digest FROM xet_files")}
        recipes = {
            kept.path.rpartition("/")[2] for kept in self._kept.values() if kept.path.startswith("blobs/recipes/")
        }
        chunked |= {recipe.digest for recipe in self._places.xet.recipes.all() if recipe.hash in recipes}
        for at, one in enumerate(refs):
            self._tell(0.85 + 0.14 * at / len(refs), f"checking repo {at + 1} of {len(refs)}")
            git = _bare(self._folder / "repos" / one["storage"])
            if self._refs_before.get(one["storage"]) != one["refs"]:
                self._made.problems += _missing(git, one, self._kept, chunked)

    def _finish(self, refs: list[dict[str, Any]]) -> None:
        with (self._draft / "refs.jsonl").open("w") as lines:
            lines.writelines(json.dumps(one) + "\n" for one in refs)
        with (self._draft / "files.jsonl").open("w") as lines:
            lines.writelines(json.dumps(asdict(kept)) + "\n" for kept in self._kept.values())
        (self._draft / "snapshot.json").write_text(json.dumps(asdict(self._made)))
        os.sync()
        self._draft.rename(self._folder / SNAPSHOTS / self._made.snapshot)
        sync_folder(self._folder / SNAPSHOTS)


def copy_hashed(source: Any, copy: Any) -> tuple[int, str]:
    """Copy a file that is open; its size and SHA-256."""
    size, content = 0, hashlib.sha256()
    while piece := source.read(PIECE):
        size += len(piece)
        content.update(piece)
        copy.write(piece)
    return size, content.hexdigest()


def _name_of(now: datetime, earlier: list[str]) -> str:
    """A name that comes after all *earlier* ones, though the clock may have been put back."""
    if earlier:
        now = max(now, datetime.strptime(earlier[-1], _NAME).replace(tzinfo=UTC) + timedelta(microseconds=1))
    return now.strftime(_NAME)


def _bare(folder: Path) -> pygit2.Repository:
    """The objects in a backup as a repository that can be opened; the refs lie in the snapshots."""
    if not (folder / "HEAD").is_file():
        pygit2.init_repository(str(folder), bare=True, initial_head="main")
    return pygit2.Repository(str(folder), pygit2.enums.RepositoryOpenFlag.NO_SEARCH)


def _missing(git: pygit2.Repository, one: dict[str, Any], kept: dict[str, Kept], chunked: set[str]) -> Iterator[str]:
    try:
        for path, digest, _size in named(git, one["refs"].values()):
            if f"blobs/lfs/{digest[:2]}/{digest[2:4]}/{digest}" not in kept and digest not in chunked:
                yield f"{one['storage']}: '{path}' needs the blob {digest}, which is gone"
    except (KeyError, ValueError, pygit2.GitError) as error:
        yield f"{one['storage']}: an object of git is missing or damaged ({error})"


def _number(ref: str) -> str:
    return ref.removeprefix(PULLS).partition("/")[0]


def _is_left_out(path: Path, source: Path) -> bool:
    return _LEFT_OUT.fullmatch(path.relative_to(source).as_posix()) is not None


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def _prune(folder: Path, keep: int) -> None:
    """Forget all but the newest snapshots, and the files that only they needed."""
    for gone in snapshots_of(folder)[: -max(keep, 1)]:
        shutil.rmtree(folder / SNAPSHOTS / gone)
    needed = {kept.at for snapshot in snapshots_of(folder) for kept in kept_of(folder, snapshot)}
    for top in ("blobs", "repos", FILES):
        for file in list(files_below(folder / top)):
            at = file.relative_to(folder).as_posix()
            is_object = top != "repos" or "/objects/" in at
            if is_object and at not in needed:
                file.unlink()
