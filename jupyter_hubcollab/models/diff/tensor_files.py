"""Which tensors a weight file has, and where their bytes lie: safetensors, npz and GGUF, read by their headers."""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ...errors import BadInput
from ...hub.headers import gguf_tensors, safetensors_header
from .numbers import BYTES_OF, kind_of_numpy

Span = Callable[[int, int], Iterator[bytes]]
"""The bytes of a file in pieces: from, up to."""

MOST_TENSORS = 200_000
ENDINGS = (".safetensors", ".npz", ".gguf")
_SHARD = re.compile(r"-\d{5}-of-\d{5}$")
_BLOCK = 1 << 18


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor in a file."""

    name: str
    kind: str
    """As safetensors calls the type of its numbers; of others, as the format does."""
    shape: tuple[int, ...]
    size: int
    """Bytes."""
    start: int | None
    """Where in the file its bytes begin; None where they are compressed."""
    read: Callable[[], Iterator[bytes]]
    by_columns: bool = False
    """Fortran's order, of npz."""

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)


def part_of(path: str) -> str:
    """What a weight file is a part of: shards of one model are one."""
    return _SHARD.sub("", path.rpartition(".")[0])


def tensors_of(path: str, size: int, span: Span) -> list[Tensor]:
    """The tensors of a weight file of *size* bytes.

    Raises:
        BadInput: it is not what its name says.
    """
    ending = path[path.rfind(".") :].lower()
    found = {".safetensors": _safetensors, ".npz": _npz, ".gguf": _gguf}[ending](size, span)
    if len(found) > MOST_TENSORS:
        raise BadInput(f"'{path}' has more than {MOST_TENSORS:,} tensors")
    return found


def _whole(span: Span) -> Callable[[int, int], bytes]:
    return lambda start, end: b"".join(span(start, end))


def _safetensors(size: int, span: Span) -> list[Tensor]:
    read = _whole(span)
    header = safetensors_header(read, size)
    begin = 8 + int.from_bytes(read(0, 8), "little")
    found = []
    for name, about in header.items():
        if name == "__metadata__":
            continue
        try:
            kind, shape, (start, end) = str(about["dtype"]), tuple(map(int, about["shape"])), about["data_offsets"]
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(f"the tensor '{name}' is not described as safetensors does") from error
        if not 0 <= start <= end <= size - begin or _is_cut(kind, shape, end - start):
            raise BadInput(f"the tensor '{name}' has another length than its shape says")
        found.append(_stored(name, kind, shape, (begin + start, begin + end), span))
    return found


def _gguf(size: int, span: Span) -> list[Tensor]:
    found = []
    for name, kind, shape, start, length in gguf_tensors(_whole(span), size):
        if start + length > size:
            raise BadInput(f"the tensor '{name}' ends behind the end of the file")
        found.append(_stored(name, kind, shape, (start, start + length), span))
    return found


def _stored(name: str, kind: str, shape: tuple[int, ...], at: tuple[int, int], span: Span) -> Tensor:
    return Tensor(name, kind, shape, at[1] - at[0], at[0], lambda: span(*at))


def _is_cut(kind: str, shape: tuple[int, ...], length: int) -> bool:
    return any(one < 0 for one in shape) or (kind in BYTES_OF and math.prod(shape) * BYTES_OF[kind] != length)


def _npz(size: int, span: Span) -> list[Tensor]:
    """Arrays of NumPy in a zip; objects, which are pickles, are passed over."""
    archive = _opened(size, span)
    found = []
    for member in archive.infolist():
        if not member.filename.endswith(".npy"):
            continue
        shape, by_columns, numbers, header = _npy_header(archive, member)
        kind = kind_of_numpy(numbers)
        if kind is None:
            continue
        length = math.prod(shape) * BYTES_OF[kind]
        if header + length != member.file_size:
            raise BadInput(f"'{member.filename}' has another length than its shape says")
        name = member.filename.removesuffix(".npy")
        found.append(Tensor(name, kind, shape, length, None, _Unpacked(archive, member, header), by_columns))
    return found


def _opened(size: int, span: Span) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BufferedReader(_Ranges(size, span), _BLOCK))
    except (zipfile.BadZipFile, ValueError, OverflowError) as error:
        raise BadInput("this is no npz file") from error


def _npy_header(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[tuple[int, ...], bool, Any, int]:
    """Shape, order and type of an array, and how long its header is."""
    from numpy.lib import format as npy

    try:
        with archive.open(member) as file:
            version = npy.read_magic(file)
            read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            shape, by_columns, numbers = read(file)
            return tuple(shape), bool(by_columns) and len(shape) > 1, numbers, file.tell()
    except (ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadInput(f"'{member.filename}' is no array of NumPy that can be read") from error


@dataclass(frozen=True, slots=True)
class _Unpacked:
    """Reads an array out of a zip."""

    archive: zipfile.ZipFile
    member: zipfile.ZipInfo
    header: int

    def __call__(self) -> Iterator[bytes]:
        try:
            with self.archive.open(self.member) as file:
                file.read(self.header)
                while piece := file.read(_BLOCK):
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise BadInput(f"'{self.member.filename}' is damaged") from error


class _Ranges(io.RawIOBase):
    """A file of which only the ranges are read that somebody asks for."""

    def __init__(self, size: int, span: Span) -> None:
        self._size = size
        self._span = span
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, target: Any) -> int:
        end = min(self._at + len(target), self._size)
        content = b"".join(self._span(self._at, end)) if end > self._at else b""
        target[: len(content)] = content
        self._at += len(content)
        return len(content)
