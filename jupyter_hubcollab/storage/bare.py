"""Bare git repositories on disk: made, opened, locked, removed. Knows nothing of what they hold."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pygit2
from pygit2.enums import Option

from ..errors import RepoNotFound
from .files import room_needed, sync_files, sync_folder, sync_tree
from .locks import locked

# The folder may belong to another user of the same team (a shared data_dir); it is ours by configuration.
pygit2.option(Option.SET_OWNER_VALIDATION, 0)

_LOCK = "hubcollab.lock"


class BareRepos:
    """The folder of all repositories; each is known by its storage name, ``model/<hex>.git``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._making = folder / "making"
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
        sync_files(objects / oid[:2] / oid[2:] for oid in oids)

    def sync_refs(self, storage: str, refs: Sequence[str]) -> None:
        """Make refs durable, also those that are gone."""
        files = [self.path(storage) / ref for ref in refs]
        sync_files(files)
        for folder in {file.parent for file in files if not file.exists() and file.parent.is_dir()}:
            sync_folder(folder)

    def remove_broken_refs(self, storage: str) -> None:
        """Remove refs that a power cut left empty: nobody was told that they are there."""
        for file in (self.path(storage) / "refs").rglob("*"):
            if file.is_file() and not file.stat().st_size:
                file.unlink()

    def remove(self, storage: str) -> None:
        """Delete a repository; readers that have it open finish or fail."""
        gone = self._making / f"gone-{uuid.uuid4().hex}"
        try:
            with locked(self.path(storage) / _LOCK):
                self.path(storage).rename(gone)
        except FileNotFoundError:
            return
        shutil.rmtree(gone, ignore_errors=True)

    def all(self) -> Iterator[str]:
        """Storage names of all repositories."""
        for folder in sorted(self._folder.glob("*/*.git")):
            if folder.parent != self._making:
                yield str(folder.relative_to(self._folder))


def _as_os_error(error: pygit2.GitError) -> Exception:
    """libgit2 tells a full disk in words only."""
    if "No space left" in str(error) or "Disk quota" in str(error):
        return OSError(28, str(error))
    return error
