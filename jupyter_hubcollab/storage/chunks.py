"""Chunks as they lie in a xorb: a header of 8 bytes, then the content as it is, or compressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import lz4.frame

from ..errors import BadRequestBody

HEADER_BYTES = 8
LARGEST_CHUNK = 128 << 10
"""Bytes of content; the protocol allows no more."""
_LARGEST_PACKED = LARGEST_CHUNK + (4 << 10)
_AS_IS, _LZ4, _GROUPED_LZ4 = 0, 1, 2
_GROUPS = 4


@dataclass(frozen=True, slots=True)
class ChunkHeader:
    """What comes before a chunk."""

    packed: int
    """Bytes that follow."""
    scheme: int
    size: int
    """Bytes of the content."""


def chunk_header(eight: bytes | memoryview) -> ChunkHeader:
    """Parse a header.

    Raises:
        BadRequestBody: it is none, or announces more than the protocol allows.
    """
    packed, scheme, size = int.from_bytes(eight[1:4], "little"), eight[4], int.from_bytes(eight[5:8], "little")
    possible = eight[0] == 0 and 0 < size <= LARGEST_CHUNK and 0 < packed <= _LARGEST_PACKED
    if not possible or scheme > _GROUPED_LZ4 or (scheme == _AS_IS and packed != size):
        raise BadRequestBody("the xorb has a chunk whose header makes no sense; upload it again")
    return ChunkHeader(packed, scheme, size)


def content_of(chunk: memoryview) -> bytes | memoryview:
    """The content of a chunk with its header, which were checked when they came.

    Raises:
        BadRequestBody: it is not as it was then.
    """
    if chunk[4] == _AS_IS and int.from_bytes(chunk[5:8], "little") == len(chunk) - HEADER_BYTES:
        return chunk[HEADER_BYTES:]
    return unpacked(chunk_header(chunk[:HEADER_BYTES]), chunk[HEADER_BYTES:])


Packed = TypeVar("Packed", bytes, memoryview)


def unpacked(header: ChunkHeader, packed: Packed) -> bytes | Packed:
    """The content of a chunk.

    Raises:
        BadRequestBody: it does not unpack to exactly what the header announces.
    """
    if header.scheme == _AS_IS:
        return packed
    content = _decompressed(packed, header.size)
    return _ungrouped(content) if header.scheme == _GROUPED_LZ4 else content


def _decompressed(packed: bytes | memoryview, size: int) -> bytes:
    # One byte more than announced is enough to see that a chunk swells; nothing beyond it is ever unpacked.
    frame = lz4.frame.LZ4FrameDecompressor()
    try:
        content: bytes = frame.decompress(packed, max_length=size + 1)
    except (RuntimeError, EOFError) as error:
        raise BadRequestBody("the xorb has a chunk that does not decompress; upload it again") from error
    if len(content) != size or not frame.eof or frame.unused_data:
        raise BadRequestBody("the xorb has a chunk of another length than it says; upload it again")
    return content


def _ungrouped(content: bytes) -> bytes:
    """Undo the grouping of first, second, third and fourth bytes that makes floats compress better."""
    whole = bytearray(len(content))
    begin = 0
    for group in range(_GROUPS):
        end = begin + len(range(group, len(content), _GROUPS))
        whole[group::_GROUPS] = content[begin:end]
        begin = end
    return bytes(whole)
