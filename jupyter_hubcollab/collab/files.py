"""Files through the server's contents manager, so that its hooks, checkpoints and file ids stay in force.

Jupyter's way to write a file leaves half of one when the server is killed at that moment. `write_safely` changes how
the contents manager opens files for writing: a temporary file beside it, synced, then renamed over the old one.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import shutil
import types
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol

from jupyter_server.utils import ensure_async
from tornado.web import HTTPError

from ..errors import AccessDenied, BadInput, HubError, RoomNotFound, StorageFull, Unavailable
from .claims import Claims

Content = Any


@dataclass(slots=True)
class _Writing:
    """A write of ours on its way through the contents manager."""

    expected: str | None
    """The version that the file has until then; looked at once more just before the new file takes its place."""
    written: str | None = None
    """The version of what was written; a moment later somebody else may have written again."""


_WRITING: ContextVar[_Writing | None] = ContextVar("writing", default=None)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a document is kept in a file: ``json`` and ``notebook``, ``text`` and ``file``, ``base64`` and ``file``."""

    file_format: str
    content_type: str


@dataclass(frozen=True, slots=True)
class File:
    """What is on the disk; ``version`` differs whenever the file was written."""

    content: Content
    version: str
    digest: str | None = None


class FileChanged(Exception):
    """Somebody else wrote the file at this very moment."""


class Files(Protocol):
    """Where documents are kept."""

    def id_of(self, path: str) -> str:
        """The id of a file, which stays when it is renamed."""
        ...

    def path_of(self, file_id: str) -> str | None:
        """Where a file is now; None if it was deleted."""
        ...

    async def version(self, path: str) -> str | None:
        """The version of a file; None if it is not there."""
        ...

    async def read(self, path: str, kind: Kind) -> File:
        """Read a file; RoomNotFound, BadInput, Unavailable."""
        ...

    async def write(self, path: str, kind: Kind, content: Content, *, expected: str | None) -> File:
        """Write a file that has the version *expected*; what comes back holds what was really written.

        Raises:
            FileChanged: it has another version.
        """
        ...

    async def keep_copy(self, path: str) -> None:
        """Keep what the file is now beside it, before it is written."""
        ...

    async def claim(self, path: str) -> bool:
        """Say that we work on this file; False if another server does."""
        ...

    def release(self, path: str) -> None:
        """We do not work on it any more."""
        ...


class ContentsFiles:
    """Files of a Jupyter server."""

    def __init__(self, contents: Any, file_ids: Any) -> None:
        self._contents, self._ids = contents, file_ids
        self._claims = Claims()
        knows_hashes = "require_hash" in inspect.signature(contents.get).parameters
        self._hash = {"require_hash": True} if knows_hashes else {}
        write_safely(contents)

    def id_of(self, path: str) -> str:
        """The id of a file, which stays when it is renamed."""
        return str(self._ids.index(path))

    def path_of(self, file_id: str) -> str | None:
        """Where a file is now."""
        path = self._ids.get_path(file_id)
        return None if path is None else str(path)

    async def version(self, path: str) -> str | None:
        """The version of a file; None if it is not there."""
        if hasattr(self._contents, "_get_os_path"):
            # This is asked every second: no event, no access to the file's content.
            return await asyncio.to_thread(_version_on_disk, Path(self._contents._get_os_path(path)))
        try:
            model = await ensure_async(self._contents.get(path, content=False))
        except HTTPError as error:
            if error.status_code == 404:
                return None
            raise _in_our_words(error, path) from error
        return f"{model['last_modified'].timestamp()} {model.get('size')}"

    async def read(self, path: str, kind: Kind) -> File:
        """Read a file."""
        version = await self.version(path) or ""
        try:
            asked = self._contents.get(path, type=_base_type(kind), format=kind.file_format, **self._hash)
            model = await ensure_async(asked)
        except HTTPError as error:
            raise _in_our_words(error, path) from error
        return File(model["content"], version, model.get("hash"))

    async def write(self, path: str, kind: Kind, content: Content, *, expected: str | None) -> File:
        """Write a file; hooks may change *content* on the way."""
        model = {"type": _base_type(kind), "format": kind.file_format, "content": content}
        if await self.version(path) != expected:
            raise FileChanged(path)
        writing = _Writing(expected)
        asked = _WRITING.set(writing)
        try:
            await ensure_async(self._contents.save(model, path))
            saved = await ensure_async(self._contents.get(path, content=False, **self._hash))
        except HTTPError as error:
            raise _in_our_words(error, path) from error
        except OSError as error:
            raise StorageFull(f"{path} cannot be saved ({error.strerror}); your edits are kept in the log") from error
        finally:
            _WRITING.reset(asked)
        return File(model["content"], writing.written or await self.version(path) or "", saved.get("hash"))

    async def keep_copy(self, path: str) -> None:
        """Keep what the file is now beside it, under a name with the time."""
        if hasattr(self._contents, "_get_os_path"):
            await asyncio.to_thread(_copy_beside, Path(self._contents._get_os_path(path)))

    async def claim(self, path: str) -> bool:
        """Say that we work on this file."""
        if not hasattr(self._contents, "_get_os_path"):
            return True
        return await asyncio.to_thread(self._claims.lay, Path(self._contents._get_os_path(path)))

    def release(self, path: str) -> None:
        """We do not work on it any more."""
        if hasattr(self._contents, "_get_os_path"):
            self._claims.drop(Path(self._contents._get_os_path(path)))


def _copy_beside(path: Path) -> None:
    if path.exists():
        moment = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y%m%d-%H%M%S")
        shutil.copy2(path, path.with_name(f"{path.stem}.unreadable-{moment}{path.suffix}"))


def _base_type(kind: Kind) -> str:
    """Kinds that other packages registered are files to the contents manager."""
    return kind.content_type if kind.content_type in ("notebook", "file") else "file"


def _version_on_disk(path: Path) -> str | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return f"{state.st_mtime_ns} {state.st_size} {state.st_ino}"


def _in_our_words(error: HTTPError, path: str) -> HubError:
    why = error.log_message or error.reason or ""
    match error.status_code:
        case 404:
            return RoomNotFound(f"there is no file {path}")
        case 400:
            return BadInput(f"{path} cannot be opened for editing together: {why}")
        case 409:
            raise FileChanged(path) from error
        case 403:
            return AccessDenied(f"{path} cannot be written: {why}; your edits are kept in the log")
        case _:
            return Unavailable(f"{path} cannot be read or written now: {why}; your edits are kept in the log")


class _SyncedOnWrite:
    """A file whose writes are on the disk when they return; they run in the contents manager's worker thread."""

    def __init__(self, file: IO[Any]) -> None:
        self._file = file

    def write(self, text: Any) -> int:
        count = self._file.write(text)
        self._file.flush()
        os.fsync(self._file.fileno())
        return int(count)


def write_safely(contents: Any) -> None:
    """Make *contents* write files that are whole at any moment; managers that write no local files are left alone."""
    if getattr(contents, "use_atomic_writing", False) and hasattr(contents, "perm_to_403"):
        contents.atomic_writing = types.MethodType(_atomic_writing, contents)


@contextmanager
def _atomic_writing(
    contents: Any, os_path: str, text: bool = True, encoding: str = "utf-8", **_: Any
) -> Iterator[_SyncedOnWrite]:
    target = Path(os_path).resolve()
    beside = target.with_name(f".{target.name}.{os.getpid()}.saving") if os.access(target.parent, os.W_OK) else target
    with contents.perm_to_403(os_path):
        if target.exists() and not os.access(target, os.W_OK):
            # A rename would replace a file that its owner made read-only.
            raise PermissionError(13, "the file is read-only", str(target))
        with beside.open("w" if text else "wb", encoding=encoding if text else None) as file:
            try:
                yield _SyncedOnWrite(file)
            except BaseException:
                if beside != target:
                    beside.unlink(missing_ok=True)
                raise
        if beside != target:
            if target.exists():
                shutil.copymode(target, beside)
            writing = _WRITING.get()
            if writing is not None:
                if _version_on_disk(target) != writing.expected:
                    beside.unlink()
                    raise HTTPError(409, "the file was changed at this moment")
                writing.written = _version_on_disk(beside)
            beside.replace(target)


def parse_kind(file_format: object, content_type: object) -> Kind:
    """The kind of document that a request names.

    Raises:
        BadInput: there is no such kind.
    """
    if not isinstance(file_format, str) or not isinstance(content_type, str) or ":" in file_format + content_type:
        raise BadInput("name the format and the type of the document, as in json and notebook")
    return Kind(file_format, content_type)
