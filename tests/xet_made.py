"""Xorbs and shards as a client would make them, and as none should."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import lz4.frame

from jupyter_hubcollab.names import Digest
from jupyter_hubcollab.storage.merkle import (
    Merkle,
    XetHash,
    chunk_hash,
    file_hash,
    raw,
    shown,
    term_hash,
    xorb_hash,
)

MAGIC = b"HFRepoMetaData\x00UigEj{\x81W\x83\xa5\xbd\xd9\\\xcd\xd1J\xa9"
HAS_PROOFS, HAS_DIGEST = 1 << 31, 1 << 30


def packed(content: bytes, scheme: int = 0) -> bytes:
    """A chunk: a header, then the content as it is, LZ4, or LZ4 of its bytes in four groups."""
    grouped = b"".join(content[group::4] for group in range(4)) if scheme == 2 else content
    body = lz4.frame.compress(grouped) if scheme else grouped
    return header(len(body), scheme, len(content)) + body


def header(length: int, scheme: int, size: int, version: int = 0) -> bytes:
    return bytes([version]) + length.to_bytes(3, "little") + bytes([scheme]) + size.to_bytes(3, "little")


@dataclass(frozen=True)
class Xorb:
    """Some chunks in a row."""

    contents: Sequence[bytes]
    scheme: int = 0

    @property
    def body(self) -> bytes:
        return b"".join(packed(content, self.scheme) for content in self.contents)

    @property
    def nodes(self) -> list[tuple[bytes, int]]:
        return [(chunk_hash(content), len(content)) for content in self.contents]

    @property
    def hash(self) -> XetHash:
        return shown(xorb_hash(self.nodes))


@dataclass(frozen=True)
class Term:
    """Chunks of a xorb, and the proof that one knows them."""

    xorb: XetHash
    size: int
    start: int
    end: int
    proof: bytes


def term(xorb: Xorb, start: int = 0, end: int | None = None) -> Term:
    nodes = xorb.nodes[start:end]
    proof = term_hash(b"".join(hashed for hashed, _ in nodes))
    return Term(xorb.hash, sum(size for _, size in nodes), start, start + len(nodes), proof)


@dataclass(frozen=True)
class File:
    """A file as a shard describes it."""

    hash: XetHash
    terms: Sequence[Term]
    digest: Digest | None
    flags: int = HAS_PROOFS | HAS_DIGEST
    content: bytes = field(default=b"", repr=False)


def file(*parts: tuple[Xorb, int, int]) -> File:
    """A file of the chunks from … up to … of some xorbs."""
    tree, content = Merkle(), b""
    for xorb, start, end in parts:
        for node in xorb.nodes[start:end]:
            tree.add(node)
        content += b"".join(xorb.contents[start:end])
    digest = Digest(hashlib.sha256(content).hexdigest())
    terms = [term(xorb, start, end) for xorb, start, end in parts]
    return File(shown(file_hash(tree.root())), terms, digest, content=content)


def whole(xorb: Xorb) -> File:
    return file((xorb, 0, len(xorb.contents)))


def with_term(described: File, **changes: object) -> File:
    """*described* with its first term changed."""
    return replace(described, terms=[replace(described.terms[0], **changes), *described.terms[1:]])  # type: ignore[arg-type]


def shard(*files: File) -> bytes:
    """Header, files, and an empty section of xorbs."""
    end = b"\xff" * 32 + bytes(16)
    return MAGIC + struct.pack("<QQ", 2, 0) + b"".join(_records(one) for one in files) + end + end


def _records(described: File) -> bytes:
    out = raw(described.hash) + struct.pack("<IIQ", described.flags, len(described.terms), 0)
    for one in described.terms:
        out += raw(one.xorb) + struct.pack("<4I", 0, one.size, one.start, one.end)
    if described.flags & HAS_PROOFS:
        out += b"".join(one.proof + bytes(16) for one in described.terms)
    if described.flags & HAS_DIGEST and described.digest is not None:
        out += raw(XetHash(described.digest)) + bytes(16)
    return out
