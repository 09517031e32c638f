"""The hashes of the Xet protocol: of chunks, of xorbs and files (Merkle trees of chunk hashes), of terms.

All are BLAKE3 keyed with constants of the specification, https://huggingface.co/docs/xet/hashing.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from typing import NewType

from blake3 import blake3

from ..errors import BadName

XetHash = NewType("XetHash", str)
"""A hash as Xet writes it: four 64-bit little-endian words in hexadecimal, so no plain hexadecimal of its bytes."""

Node = tuple[bytes, int]
"""A hash, and how many bytes of content lie below it."""

HASH_BYTES = 32

_CHUNK_KEY = bytes.fromhex("6697f5775b9550de3135cbaca597181c9de421109beb2b58b4d0b04b93adf229")
_NODE_KEY = bytes.fromhex("017ec5c7a5472996fd946666b48a02e65ddd536f37c76dd2f86352e64a53713f")
_TERM_KEY = bytes.fromhex("7f1857d6ce56ed66127ff913e7a5c3f3a4cd26d5b5db49e64124987f28fb94c3")
_FILE_KEY = bytes(HASH_BYTES)
_TEXT = re.compile(r"[0-9a-f]{64}")
_WORDS = struct.Struct("<4Q")
_FEWEST_CHILDREN, _MOST_CHILDREN, _MEAN_CHILDREN = 3, 9, 4


def xet_hash(text: str) -> XetHash:
    """Parse a hash.

    Raises:
        BadName: *text* is not 64 lower-case hexadecimal digits.
    """
    if not _TEXT.fullmatch(text):
        raise BadName("a Xet hash has 64 lower-case hexadecimal digits")
    return XetHash(text)


def shown(raw: bytes) -> XetHash:
    """The 32 bytes of a hash as text."""
    return XetHash("{:016x}{:016x}{:016x}{:016x}".format(*_WORDS.unpack(raw)))


def raw(text: XetHash) -> bytes:
    """The 32 bytes of a hash."""
    return _WORDS.pack(*(int(text[at : at + 16], 16) for at in range(0, 64, 16)))


def chunk_hash(content: bytes | memoryview) -> bytes:
    """The hash of a chunk's content."""
    return blake3(content, key=_CHUNK_KEY).digest()


class Merkle:
    """The tree above a row of chunks; it keeps a few nodes a level, so that a file may have any number of chunks."""

    def __init__(self) -> None:
        self._families: list[list[Node]] = [[]]
        """By level, the children whose parent is not known yet."""

    def add(self, node: Node, level: int = 0) -> None:
        """Take the next node of a level."""
        if level == len(self._families):
            self._families.append([])
        family = self._families[level]
        family.append(node)
        # A hash says where a family ends, within bounds, so that equal content has equal families.
        ends = len(family) >= _FEWEST_CHILDREN and node[0][24] % _MEAN_CHILDREN == 0
        if ends or len(family) == _MOST_CHILDREN:
            self._families[level] = []
            self.add(_parent(family), level + 1)

    def root(self) -> bytes:
        """The hash of all; 32 zeros if there was no chunk. Nothing can be added afterwards."""
        level = 0
        while True:
            family, is_top = self._families[level], level == len(self._families) - 1
            if is_top and len(family) <= 1:
                return family[0][0] if family else bytes(HASH_BYTES)
            if family:
                self.add(_parent(family), level + 1)
            level += 1


def xorb_hash(chunks: Iterable[Node]) -> bytes:
    """The hash of a xorb that has these chunks."""
    tree = Merkle()
    for chunk in chunks:
        tree.add(chunk)
    return tree.root()


def file_hash(root: bytes) -> bytes:
    """The hash of a file whose chunks have this root."""
    return blake3(root, key=_FILE_KEY).digest() if any(root) else root


def term_hash(chunk_hashes: bytes) -> bytes:
    """What only somebody can name who knows the hashes of these chunks, given one after the other."""
    return blake3(chunk_hashes, key=_TERM_KEY).digest()


def _parent(children: list[Node]) -> Node:
    lines = "".join(f"{shown(hashed)} : {size}\n" for hashed, size in children)
    return blake3(lines.encode(), key=_NODE_KEY).digest(), sum(size for _, size in children)
