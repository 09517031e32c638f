"""Bare git repositories on disk: made, opened, locked, removed. Knows nothing of what they hold."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pygit2
from pygit2.enums import Option

from ..errors import RepoNotFound
from .files import room_needed, sync_files, sync_folder, sync_tree
from .locks import locked
from .loose import remove_empty
from .ref_files import remove_leftovers

# The folder may belong to another user of the same team (a shared data_dir); it is ours by configuration.
pygit2.option(Option.SET_OWNER_VALIDATION, 0)

_LOCK = "hubcollab.lock"
_GOING = "hubcollab.going"


class BareRepos:
    """The folder of all repositories; each is known by its storage name, ``model/<hex>.git``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._making = folder / "making"
        self._retired = folder / "deleted"
        self._making.mkdir(parents=True, exist_ok=True)

    def create(self, kind: str, fill: Callable[[pygit2.Repository], None]) -> str:
        """Make a repository, let *fill* put the first things in, then give it its name, which is returned.

        Raises:
            StorageFull: there is no room; nothing is left behind.
        """
        name = f"{uuid.uuid4().hex}.git"
        temporary = self._making / name
        final = self._folder / kind / name
        with room_needed("a new repo"):
            try:
                fill(pygit2.init_repository(str(temporary), bare=True, initial_head="main"))
                sync_tree(temporary)
                final.parent.mkdir(exist_ok=True)
                temporary.rename(final)
                sync_folder(final.parent)
                sync_folder(self._folder)
            except pygit2.GitError as error:
                raise _as_os_error(error) from error
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
        return f"{kind}/{name}"

    def path(self, storage: str) -> Path:
        """The folder of a repository."""
        return self._folder / storage

    def open(self, storage: str) -> pygit2.Repository:
        """Open a repository; use it in one thread.

        Raises:
            RepoNotFound: it was deleted meanwhile.
        """
        try:
            return pygit2.Repository(str(self.path(storage)), pygit2.enums.RepositoryOpenFlag.NO_SEARCH)
        except pygit2.GitError as error:
            raise RepoNotFound("the repo was deleted meanwhile") from error

    @contextmanager
    def adding(self, storage: str) -> Iterator[pygit2.Repository]:
        """Open a repository to add objects, which needs no lock: no ref leads to them yet.

        Raises:
            RepoNotFound: it was deleted meanwhile.
            StorageFull: git had no room.
        """
        with room_needed("a commit"):
            try:
                yield self.open(storage)
            except pygit2.GitError as error:
                raise _as_os_error(error) from error

    @contextmanager
    def writing(self, storage: str) -> Iterator[pygit2.Repository]:
        """Open a repository as its only writer, across threads and processes; errors as `adding`."""
        with ExitStack() as stack:
            try:
                stack.enter_context(locked(self.path(storage) / _LOCK))
            except FileNotFoundError as error:
                raise RepoNotFound("the repo was deleted meanwhile") from error
            yield stack.enter_context(self.adding(storage))

    def sync_objects(self, storage: str, oids: Iterable[str]) -> None:
        """Make objects durable; git wrote them, but did not wait for the disk. Objects in packs are durable already."""
        objects = self.path(storage) / "objects"
        files = [objects / oid[:2] / oid[2:] for oid in oids]
        sync_files([*files, *{file.parent for file in files}, objects])

    def sync_refs(self, storage: str, refs: Sequence[str]) -> None:
        """Make refs durable, also those that are gone."""
        top = self.path(storage)
        files = [top / ref for ref in refs]
        folders = {one for file in files for one in file.parents if one.is_relative_to(top) and one.is_dir()}
        sync_files([*files, top / "packed-refs", *folders])

    def remove_leftovers(self, storage: str) -> None:
        """Remove what a crash left of moving refs, and of objects that nobody had waited for."""
        remove_leftovers(self.path(storage))
        remove_empty(self.path(storage))

    def remove(self, storage: str) -> None:
        """Delete a repository; readers that have it open finish or fail."""
        gone = self._making / f"gone-{uuid.uuid4().hex}"
        self._take_away(storage, gone)
        shutil.rmtree(gone, ignore_errors=True)

    def retire(self, storage: str, at: datetime) -> None:
        """Take a repository out of use but keep it for a while: `retired` lists it, `remove` deletes it."""
        self._retired.mkdir(exist_ok=True)
        place = self.path(self.retired_name(storage))
        self._take_away(storage, place)
        with suppress(FileNotFoundError):
            os.utime(place, (at.timestamp(), at.timestamp()))
        sync_folder(self._retired)

    def mark(self, storage: str) -> None:
        """Say, durably, that a repository is about to be retired."""
        with suppress(FileNotFoundError):
            (self.path(storage) / _GOING).touch()
            sync_folder(self.path(storage))

    def unmark(self, storage: str) -> None:
        """Say that it stays."""
        (self.path(storage) / _GOING).unlink(missing_ok=True)

    def marked(self) -> list[str]:
        """Those that were about to be retired when the server died."""
        return [storage for storage in self.all() if (self.path(storage) / _GOING).exists()]

    def retired_name(self, storage: str) -> str:
        """The storage name that a repository has after it was retired."""
        return f"{self._retired.name}/{storage.replace('/', '--')}"

    def retired(self) -> Iterator[tuple[str, datetime]]:
        """Storage names of repositories that were retired, and when."""
        for folder in sorted(self._retired.glob("*.git")):
            yield str(folder.relative_to(self._folder)), datetime.fromtimestamp(folder.stat().st_mtime, UTC)

    def _take_away(self, storage: str, to: Path) -> None:
        with suppress(FileNotFoundError), locked(self.path(storage) / _LOCK):
            self.path(storage).rename(to)
            sync_folder(self.path(storage).parent)

    def all(self) -> Iterator[str]:
        """Storage names of all repositories in use."""
        for folder in sorted(self._folder.glob("*/*.git")):
            if folder.parent not in (self._making, self._retired):
                yield str(folder.relative_to(self._folder))


def _as_os_error(error: pygit2.GitError) -> Exception:
    """libgit2 tells a full disk in words only."""
    if "No space left" in str(error) or "Disk quota" in str(error):
        return OSError(28, str(error))
    return error
