"""How files kept as chunks are put together, as small files beside the xorbs: without them an index that is lost could
not be worked out again.

``recipes/aa/<xet hash>``: the SHA-256, the size, then the terms as the shard had them.
"""

from __future__ import annotations

import os
import struct
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..names import Digest
from .files import room_needed, sync_files
from .merkle import XetHash

_HEAD = struct.Struct("<32sQ")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one file is put together."""

    hash: XetHash
    digest: Digest
    size: int
    terms: bytes


class Recipes:
    """A folder of recipes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "recipes"
        self._scratch = folder / "incoming"
        self._folder.mkdir(parents=True, exist_ok=True)

    def put(self, recipes: Sequence[Recipe]) -> None:
        """Keep them, durably; a disk flushes many for the price of a few.

        Raises:
            StorageFull: there is no room.
        """
        with room_needed("an upload"):
            written = [self._written(recipe) for recipe in recipes]
            sync_files(path for path, _ in written)
            for path, recipe in written:
                self._file(recipe.hash).parent.mkdir(exist_ok=True)
                path.replace(self._file(recipe.hash))
            sync_files({*(self._file(recipe.hash).parent for _, recipe in written), self._folder})

    def all(self) -> Iterator[Recipe]:
        """Every recipe that can be read."""
        for file in self._folder.glob("??/*"):
            content = file.read_bytes()
            if len(content) >= _HEAD.size:
                digest, size = _HEAD.unpack_from(content)
                yield Recipe(XetHash(file.name), Digest(digest.hex()), size, content[_HEAD.size :])

    def has(self, hash: XetHash) -> bool:
        """Is it here?"""
        return self._file(hash).is_file()

    def remove(self, hash: XetHash) -> None:
        """Forget one; one that is not here is fine."""
        self._file(hash).unlink(missing_ok=True)

    def _written(self, recipe: Recipe) -> tuple[Path, Recipe]:
        handle, name = tempfile.mkstemp(dir=self._scratch)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_HEAD.pack(bytes.fromhex(recipe.digest), recipe.size) + recipe.terms)
        except OSError:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise
        return Path(name), recipe

    def _file(self, hash: XetHash) -> Path:
        return self._folder / hash[:2] / hash
