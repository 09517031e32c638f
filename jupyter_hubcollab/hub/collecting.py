"""Collecting garbage: what no ref, open upload or deleted repo of late reaches goes, while the hub is in use.

First everything that refs reach is marked. Then each thing that is not marked is looked at once more, in a transaction
that writers of its kind have to pass, too: a commit notes what it names before it looks whether that is there, and a
shard makes the xorbs that it names young. So either we see the note, or the writer sees that the thing is gone.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pygit2
from sqlalchemy import Connection, delete, select

from ..errors import RepoNotFound, StorageFull
from ..names import Digest
from ..storage.bare import BareRepos
from ..storage.database import Database
from ..storage.files import bytes_below, sync_folder
from ..storage.merkle import XetHash
from ..storage.pooled import PooledBlobs
from ..storage.schema import repo_blobs, repos, uploads, xet_files, xet_xorbs
from .attachments import named_by, names_in
from .index import cards
from .packing import is_packed, pack
from .reachable import is_blank, locked_tips, named
from .work import Tell
from .xet import Xet
from .xet_shards import terms_of

_UNREADABLE = (RepoNotFound, KeyError, pygit2.GitError)
"""What reading a repository raises that is deleted under one's eyes, or is broken."""


@dataclass(frozen=True, slots=True)
class Freed:
    """What a collection removed, or would remove."""

    blobs: int = 0
    """Whole files."""
    chunked: int = 0
    """Files kept as chunks; their bytes go with the xorbs."""
    xorbs: int = 0
    repos: int = 0
    """Deleted repos whose time is over."""
    leftovers: int = 0
    """Halves of uploads that crashed."""
    attachments: int = 0
    """Pictures that no comment and no card shows any more."""
    size_bytes: int = 0
    """Of all these."""
    git_bytes: int = 0
    """What git's objects shrank by."""


@dataclass(frozen=True)
class Places:
    """Where things are kept."""

    folder: Path
    database: Database
    bare: BareRepos
    blobs: PooledBlobs
    xet: Xet


class Collection:
    """One collection; with *dry* it only counts."""

    def __init__(self, places: Places, before: datetime, *, dry: bool, tell: Tell) -> None:
        self._places = places
        self._before = before
        self._dry = dry
        self._tell = tell
        self._marked: set[Digest] = set()
        self._seen_tips: set[str] = set()

    def run(self) -> Freed:
        """Collect."""
        retired = self._retired()
        self._mark(0.5)
        while self._mark(0.55):  # what moved while the first look went on
            pass
        blobs, blob_bytes = self._blobs()
        chunked = self._chunked()
        xorbs, xorb_bytes = self._xorbs(chunked)
        leftovers, leftover_bytes = self._leftovers()
        attachments, attached_bytes = self._attachments()
        git_bytes = 0 if self._dry else self._git()
        self._tell(1.0, "done")
        return Freed(
            blobs=blobs,
            chunked=len(chunked),
            xorbs=xorbs,
            repos=retired[0],
            leftovers=leftovers,
            attachments=attachments,
            size_bytes=blob_bytes + xorb_bytes + leftover_bytes + attached_bytes + retired[1],
            git_bytes=git_bytes,
        )

    def _mark(self, share: float) -> bool:
        """Mark what refs reach; tips that were walked before are not walked again. Did a repo go meanwhile?"""
        bare, gone = self._places.bare, False
        storages = [*bare.all(), *(storage for storage, _ in bare.retired())]
        for at, storage in enumerate(storages):
            self._tell(share * at / len(storages), f"looking through repo {at + 1} of {len(storages)}")
            try:
                tips = set(locked_tips(bare, storage).values()) - self._seen_tips
                self._marked |= {digest for _, digest, _ in named(bare.open(storage), tips)}
                self._seen_tips |= tips
            except _UNREADABLE:
                # One that was deleted meanwhile stands among the retired at the next look. One that is there and cannot
                # be read might need anything.
                if bare.path(storage).exists():
                    raise
                gone = True
        return gone

    def _retired(self) -> tuple[int, int]:
        count = size = 0
        for storage, at in list(self._places.bare.retired()):
            if at < self._before:
                count, size = count + 1, size + bytes_below(self._places.bare.path(storage))
                if not self._dry:
                    self._places.bare.remove(storage)
        return count, size

    def _blobs(self) -> tuple[int, int]:
        count = size = 0
        whole = self._places.blobs.whole
        for digest in list(whole.digests()):
            path = whole.path(digest)
            if digest in self._marked or path is None:
                continue
            with self._places.database.write() as connection:
                stat = path.stat()
                if stat.st_mtime > self._before.timestamp() or self._is_young(connection, digest):
                    continue
                count, size = count + 1, size + stat.st_size
                if not self._dry:
                    _forget(connection, digest)
                    whole.remove(digest)
        self._tell(0.7, f"{count} files that nothing reaches")
        return count, size

    def _is_young(self, connection: Connection, digest: Digest) -> bool:
        """Did somebody name or send it lately?"""
        lately = select(repo_blobs.c.digest).where(repo_blobs.c.digest == digest, repo_blobs.c.added_at > self._before)
        sent = select(uploads.c.digest).where(uploads.c.digest == digest, uploads.c.at > self._before)
        return connection.execute(lately.union(sent)).first() is not None

    def _chunked(self) -> set[XetHash]:
        """Files kept as chunks that nothing reaches."""
        gone: set[XetHash] = set()
        old = select(xet_files.c.hash, xet_files.c.digest).where(xet_files.c.added_at < self._before)
        with self._places.database.read() as connection:
            rows = connection.execute(old).all()
        for hash, digest in rows:
            if Digest(digest) in self._marked:
                continue
            with self._places.database.write() as connection:
                if self._is_young(connection, Digest(digest)):
                    continue
                gone.add(XetHash(hash))
                if not self._dry:
                    connection.execute(delete(xet_files).where(xet_files.c.hash == hash))
                    if not self._places.blobs.whole.has(Digest(digest)):
                        _forget(connection, Digest(digest))
            if not self._dry:
                self._remove_recipe(XetHash(hash))
        return gone

    def _remove_recipe(self, hash: XetHash) -> None:
        """After its row, lest a crash leave a row without one; not if somebody brought the file back since."""
        with self._places.database.write() as connection:
            if connection.execute(select(xet_files.c.hash).where(xet_files.c.hash == hash)).first() is None:
                self._places.xet.recipes.remove(hash)

    def _xorbs(self, gone: set[XetHash]) -> tuple[int, int]:
        """Xorbs that no file is made of; without a row only after a crash."""
        needed = self._needed(gone)
        with self._places.database.read() as connection:
            spare = [(xorb, size) for xorb, size in self._places.xet.xorbs.all() if xorb not in needed]
            doomed = [(xorb, size) for xorb, size in spare if self._is_old(connection, xorb)]
        if doomed and not self._dry:
            # First of all clients must not rely on what they remember any more.
            self._places.xet.begin_epoch()
            needed |= self._needed(gone)
            doomed = [(xorb, size) for xorb, size in doomed if xorb not in needed and self._remove_xorb(xorb)]
        self._tell(0.85, f"{len(doomed)} groups of chunks that nothing needs")
        return len(doomed), sum(size for _, size in doomed)

    def _needed(self, gone: set[XetHash]) -> set[XetHash]:
        with self._places.database.read() as connection:
            rows = connection.execute(select(xet_files.c.hash, xet_files.c.terms)).all()
        return {term.xorb for hash, terms in rows if hash not in gone for term in terms_of(terms)}

    def _is_old(self, connection: Connection, xorb: XetHash) -> bool:
        added_at = connection.execute(select(xet_xorbs.c.added_at).where(xet_xorbs.c.hash == xorb)).scalar()
        if added_at is None:  # its upload has not ended, or a crash cut it off
            return self._places.xet.xorbs.changed_at(xorb) < self._before.timestamp()
        return bool(added_at < self._before)

    def _remove_xorb(self, xorb: XetHash) -> bool:
        """Remove a xorb unless a shard or an upload made it young a moment ago."""
        with self._places.database.write() as connection:
            if not self._is_old(connection, xorb):
                return False
            connection.execute(delete(xet_xorbs).where(xet_xorbs.c.hash == xorb))
            self._places.xet.forget(xorb)
            self._places.xet.xorbs.remove(xorb)
        return True

    def _leftovers(self) -> tuple[int, int]:
        """What a crash left of uploads and of repos that were being made or deleted."""
        folder = self._places.folder
        count = size = 0
        halves = [*(folder / "blobs" / "incoming").glob("*"), *(folder / "repos" / "making").glob("*")]
        for left in [*halves, *self._untold()]:
            with suppress(FileNotFoundError):
                if left.stat().st_mtime < self._before.timestamp():
                    count, size = count + 1, size + bytes_below(left)
                    if not self._dry:
                        self._drop(left)
        return count, size

    def _attachments(self) -> tuple[int, int]:
        """Pictures that no text of the index and no card at the end of a branch or tag has the address of."""
        folder = self._places.folder / "attachments"
        old = {f"{file.parent.name}/{file.name}": file for file in folder.glob("*/*") if self._is_past(file)}
        if not old:
            return 0, 0
        for storage in self._places.bare.all():
            for name in self._on_cards(storage):
                old.pop(name, None)
        count = size = 0
        with self._places.database.write() as connection:  # so that no comment comes in between
            for file in (old[name] for name in old.keys() - set(named_by(connection))):
                count, size = count + 1, size + file.stat().st_size
                if not self._dry:
                    file.unlink()
        return count, size

    def _on_cards(self, storage: str) -> set[str]:
        try:
            return {name for text in cards(self._places.bare.open(storage)) for name in names_in(text)}
        except _UNREADABLE:
            if self._places.bare.path(storage).exists():
                raise
            return set()  # deleted meanwhile

    def _is_past(self, file: Path) -> bool:
        return file.stat().st_mtime < self._before.timestamp()

    def _drop(self, left: Path) -> None:
        """A repository leaves its place first: of one that was removed by half there, nobody could say what it is."""
        if not left.is_dir():
            left.unlink(missing_ok=True)
            return
        making = self._places.folder / "repos" / "making"
        if left.parent != making:
            going = making / f"gone-{left.name}"
            left.rename(going)
            sync_folder(left.parent)
            left = going
        shutil.rmtree(left, ignore_errors=True)

    def _untold(self) -> Iterator[Path]:
        """Repositories that were made, but nobody was told of them."""
        with self._places.database.read() as connection:
            known = set(connection.execute(select(repos.c.storage)).scalars())
        for storage in self._places.bare.all() if known else ():
            if storage not in known:
                with suppress(RepoNotFound, pygit2.GitError):
                    if is_blank(self._places.bare.open(storage)):
                        yield self._places.bare.path(storage)

    def _git(self) -> int:
        """Pack git's objects, and drop those that nothing reaches; repos without new objects are let be."""
        freed = 0
        if shutil.which("git") is None:
            return 0
        storages = list(self._places.bare.all())
        for at, storage in enumerate(storages):
            self._tell(0.85 + 0.15 * at / len(storages), f"packing repo {at + 1} of {len(storages)}")
            # On a full disk there is no room for a pack; what was removed until here makes some for the next time.
            with suppress(RepoNotFound, StorageFull):
                freed += self._packed(storage)
        return freed

    def _packed(self, storage: str) -> int:
        path = self._places.bare.path(storage)
        if is_packed(path):
            return 0
        before = bytes_below(path / "objects")
        # Our own writers wait for it, so that no commit names an object that is being dropped.
        with self._places.bare.writing(storage):
            pack(path, self._before)
        return before - bytes_below(path / "objects")


def _forget(connection: Connection, digest: Digest) -> None:
    connection.execute(delete(uploads).where(uploads.c.digest == digest))
    connection.execute(delete(repo_blobs).where(repo_blobs.c.digest == digest))
