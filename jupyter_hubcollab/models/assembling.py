"""The files of a checkpoint, put together as their library has them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import wire
from ..errors import BadInput, EntryNotFound, RevisionNotFound
from ..names import CONFIG_FILE, DEFAULT_BRANCH, SKOPS_FILE, TENSOR_FOLDER, WEIGHTS_FILE, FilePath

LONGEST_HEADER = 1 << 20
LONGEST_SETTINGS = 8 << 20

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.files import Entry, Files
    from ..names import RepoId

Read = Callable[[wire.PublishedFile, int, int], Iterator[bytes]]
"""The bytes of a file from one place to another."""
Keep = Callable[[str, Iterator[bytes]], wire.PublishedFile]
"""Makes a blob of what shall have this path."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """What a version is made of, and the library that loads it; None: as tensors."""

    files: list[wire.PublishedFile]
    library: str | None


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A tensor in a file of its own, and where its numbers begin."""

    name: str
    about: dict[str, object]
    file: wire.PublishedFile
    start: int


def assembled(files: Sequence[wire.PublishedFile], read: Read, keep: Keep) -> Assembled:
    """*files* as a repo of their library has them, where something among them says which that is."""
    by_path = {file.path: file for file in files}
    if CONFIG_FILE in by_path:
        weights = keep(WEIGHTS_FILE, _joined(files, read))
        beside = [file for path, file in by_path.items() if not path.startswith((TENSOR_FOLDER, WEIGHTS_FILE))]
        return Assembled([weights, *beside], "transformers")
    if SKOPS_FILE in by_path:
        return Assembled([by_path[SKOPS_FILE]], "sklearn")
    return Assembled(list(files), None)


def names_in(files: Sequence[wire.PublishedFile], read: Read) -> set[str]:
    """The names of the tensors among *files*."""
    return {one.name for one in _tensors(files, read)}


class Newest:
    """What the newest version of a repo says of its weights."""

    def __init__(self, files: Files, actor: Actor, repo: RepoId) -> None:
        self._files, self._actor, self._repo = files, actor, repo

    @property
    def settings(self) -> bytes:
        """Its ``config.json``; empty where it has none."""
        entry = self._entry(CONFIG_FILE)
        return b"" if entry is None or entry.size > LONGEST_SETTINGS else self._bytes(entry, 0, entry.size)

    @property
    def names(self) -> set[str]:
        """The names of the tensors in its ``model.safetensors``."""
        entry = self._entry(WEIGHTS_FILE)
        if entry is None:
            return set()
        length = int.from_bytes(self._bytes(entry, 0, 8), "little")
        try:
            found = json.loads(self._bytes(entry, 8, 8 + length)) if length <= LONGEST_SETTINGS else None
        except ValueError:
            return set()
        return set(found) - {"__metadata__"} if isinstance(found, dict) else set()

    def _entry(self, path: str) -> Entry | None:
        try:
            return self._files.entry(self._actor, self._repo, DEFAULT_BRANCH, FilePath(path))
        except (RevisionNotFound, EntryNotFound):
            return None

    def _bytes(self, entry: Entry, start: int, end: int) -> bytes:
        span = (min(start, entry.size), min(end, entry.size))
        return b"".join(self._files.content(self._actor, self._repo, DEFAULT_BRANCH, entry, span))


def _joined(files: Sequence[wire.PublishedFile], read: Read) -> Iterator[bytes]:
    """One safetensors file of those that hold one tensor each; no more than a part of one is in memory."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    tensors, end = list(_tensors(files, read)), 0
    for one in tensors:
        begin, end = end, end + one.file.size_bytes - one.start
        header[one.name] = {**one.about, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    yield len(text).to_bytes(8, "little") + text
    for one in tensors:
        yield from read(one.file, one.start, one.file.size_bytes)


def _tensors(files: Sequence[wire.PublishedFile], read: Read) -> Iterator[_Tensor]:
    for file in files:
        if not file.path.startswith(TENSOR_FOLDER):
            continue
        length = int.from_bytes(b"".join(read(file, 0, 8)), "little")
        if length > LONGEST_HEADER:
            raise BadInput(f"'{file.path}' of this checkpoint is no safetensors file")
        found = json.loads(b"".join(read(file, 8, 8 + length)))
        for name, about in found.items():
            yield _Tensor(name, {"dtype": about["dtype"], "shape": about["shape"]}, file, 8 + length)
