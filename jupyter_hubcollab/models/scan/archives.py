"""Files inside of files: what zip, tar and compressed streams hold, read as the most careless loader would.

A zip is read by its directory *and* by its local headers, without regard to names, checksums and flags: torch's reader
and Python's differ in which of them they believe, and a hostile file uses the difference.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from .pickles import Unreadable
from .windows import CHUNK, chunks, places, window

MOST_UNPACKED = 4 << 30
MOST_MEMBERS = 100_000
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_TENSOR = re.compile(
    r"(.*/)?data/\d+|(.*/)?(version|byteorder|\.format_version|\.storage_alignment)|.*/\.data/serialization_id"
)


class Swells(Unreadable):
    """It unpacks to more than any honest file of its size."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive; ``source`` is at its start."""

    name: str
    source: BinaryIO
    size: int


def zip_members(source: BinaryIO, size: int) -> Iterator[Member]:
    """All members that some reader could find in a zip.

    Raises:
        Unreadable: a member is packed in a way that cannot be undone here.
    """
    known = _directory(source)
    budget = _Budget()
    for at in places(source, b"PK\x03\x04"):
        source.seek(at)
        header = source.read(_LOCAL.size)
        if len(header) < _LOCAL.size:
            continue
        _, _, _, method, _, _, _, packed, _, name_size, extra_size = _LOCAL.unpack(header)
        name = known[at].filename if at in known else _plausible_name(source.read(name_size), method)
        if name is None or _TENSOR.fullmatch(name):
            continue
        begin = at + _LOCAL.size + name_size + extra_size
        packed = known[at].compress_size if at in known else packed
        packed = packed if 0 < packed < size - begin else max(0, size - begin)
        yield _unpacked(name, window(source, begin, packed), packed, method, budget=budget)


def _directory(source: BinaryIO) -> dict[int, zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(source) as archive:
            return {info.header_offset: info for info in archive.infolist()[:MOST_MEMBERS]}
    except (zipfile.BadZipFile, ValueError, EOFError, struct.error, NotImplementedError, OverflowError):
        return {}


def _plausible_name(name: bytes, method: int) -> str | None:
    """The name in a header that the directory does not know; random bytes inside a tensor are no header."""
    try:
        text = name.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() and 0 < len(text) < 512 and method in (0, 8, 9, 12, 14, 93, 95) else None


class _Budget:
    """How much may still be unpacked."""

    def __init__(self) -> None:
        self.left = MOST_UNPACKED

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Swells("it unpacks to more than 4 GB")


def _unpacked(name: str, source: BinaryIO, size: int, method: int, *, budget: _Budget) -> Member:
    if method == zipfile.ZIP_STORED:
        return Member(name, source, size)
    if method == zipfile.ZIP_DEFLATED:
        decompress = zlib.decompressobj(-15)
        return _spooled(name, _inflated(source, decompress), budget)
    raise Unreadable(f"'{name[:80]}' in it is packed by a method that cannot be looked through")


def _inflated(source: BinaryIO, decompress: zlib._Decompress) -> Iterator[bytes]:
    for chunk in chunks(source):
        packed = chunk
        while packed and not decompress.eof:
            try:
                yield decompress.decompress(packed, CHUNK * 4)
            except zlib.error as error:
                raise Unreadable("a part of it is damaged") from error
            packed = decompress.unconsumed_tail
        if decompress.eof:
            return


def _spooled(name: str, pieces: Iterator[bytes], budget: _Budget) -> Member:
    target = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=32 << 20))  # noqa: SIM115 -- closed with the member
    try:
        for piece in pieces:
            budget.take(len(piece))
            target.write(piece)
    except Unreadable:
        target.close()
        raise
    size = target.tell()
    target.seek(0)
    return Member(name, target, size)


def decompressed(source: BinaryIO, head: bytes) -> Member | None:
    """What a compressed stream holds; None where *head* begins no such stream.

    Raises:
        Unreadable: it is damaged, or swells.
    """
    if head[:2] == b"\x1f\x8b":
        return _spooled("", _read(gzip.GzipFile(fileobj=source, mode="rb")), _Budget())
    if head[:3] == b"BZh":
        return _spooled("", _read(bz2.BZ2File(source)), _Budget())
    if head[:6] == b"\xfd7zXZ\x00" or head[:3] == b"]\x00\x00":
        return _spooled("", _read(lzma.LZMAFile(source)), _Budget())
    if head[:1] == b"x" and head[1:2] in (b"\x01", b"\x5e", b"\x9c", b"\xda"):
        return _spooled("", _inflated(source, zlib.decompressobj()), _Budget())
    return None


def _read(stream: gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile) -> Iterator[bytes]:
    try:
        yield from iter(lambda: stream.read(CHUNK), b"")
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise Unreadable("it is compressed and damaged") from error


def tar_members(source: BinaryIO) -> Iterator[Member]:
    """The files in a tar.

    Raises:
        Unreadable: it is damaged.
    """
    source.seek(0)
    try:
        with tarfile.open(fileobj=source, mode="r:") as archive:
            for info in archive:
                if info.isfile() and not info.issparse():
                    yield Member(info.name, window(source, info.offset_data, info.size), info.size)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise Unreadable("it is a damaged tar") from error
