"""The verdict on one file of any format, by its bytes; the name counts only where the bytes do not tell."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import BinaryIO

from .archives import Member, decompressed, tar_members, zip_members
from .kinds import PERHAPS, PICKLED, suffix
from .pickles import Unreadable, scan_pickles
from .verdicts import SAFE, Verdict, caution, unsafe, worst
from .windows import window

DEEPEST = 4
HEAD = 512
REMEDY = "save it as safetensors, skops or ONNX"
_LAMBDA = re.compile(rb'"class_name":\s*"(Lambda|function)"|__lambda__|"module":\s*"(?!keras|builtins)[\w.]+"')
_PROTOCOL = re.compile(rb"\x80[\x00-\x05]", re.DOTALL)
_OBJECTS = re.compile(rb"""['"](?:[^'"]*[,|<>=()\d ])?(?:O\d*|object_?)(?:[,:][^'"]*)?['"]|\\""")
_IMPORT = re.compile(r"(?!copyreg extension)[A-Za-z_][\w.]* [A-Za-z_][\w.]*", re.ASCII)
_SAFE_MAGIC = (b"GGUF", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"PAR1", b"ARROW1")


def scan(source: BinaryIO, size: int, path: str) -> Verdict:
    """The verdict on *size* bytes of *source*, called *path*; imports and calls nothing."""
    return _scan(Member(path, source, size), 0)


def _scan(member: Member, depth: int) -> Verdict:
    if depth > DEEPEST:
        return unsafe(f"archives inside archives; {REMEDY}")
    member.source.seek(0)
    head = member.source.read(HEAD)
    try:
        return _by_magic(member, head, depth) or _by_pickle(member, head)
    except Unreadable as error:
        if suffix(member.name) not in PICKLED and not (suffix(member.name) in PERHAPS and _PROTOCOL.match(head)):
            return SAFE
        return unsafe(f"it is no pickle that can be looked through: {error}; {REMEDY}")


def _by_magic(member: Member, head: bytes, depth: int) -> Verdict | None:
    """The verdict on a file whose first bytes say what it is."""
    if head.startswith(_SAFE_MAGIC) or (head[8:9] == b"{" and suffix(member.name) == ".safetensors"):
        return SAFE
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return unsafe(f"a 7z archive cannot be looked through; {REMEDY}")
    if head.startswith(b"\x89HDF"):
        return _keras(member)
    if head.startswith(b"\x93NUMPY"):
        return _npy(member, head)
    return _by_members(member, head, depth)


def _by_members(member: Member, head: bytes, depth: int) -> Verdict | None:
    """The verdict on what a file holds, if it holds others."""
    if _is_zip(member, head):
        return _zip(member, depth)
    if head[257:262] == b"ustar":
        return worst(_scan(inner, depth + 1) for inner in tar_members(member.source))
    member.source.seek(0)
    inner = decompressed(member.source, head)
    if inner is None:
        return None
    with inner.source:
        return _scan(Member(_inner_name(member.name), inner.source, inner.size), depth + 1)


def _is_zip(member: Member, head: bytes) -> bool:
    """A zip may follow other bytes: readers look for its end, not for its beginning."""
    if head.startswith(b"PK\x03\x04"):
        return True
    tail = min(member.size, (1 << 16) + 22)
    member.source.seek(member.size - tail)
    return b"PK\x05\x06" in member.source.read(tail) and suffix(member.name) in PICKLED


def _zip(member: Member, depth: int) -> Verdict:
    found: list[Verdict] = []
    for inner in zip_members(member.source, member.size):
        with inner.source:
            if inner.name.endswith("config.json") and suffix(member.name) == ".keras":
                found.append(_keras(inner))
            elif not (suffix(member.name) == ".skops" and inner.name == "schema.json"):
                found.append(_scan(inner, depth + 1))
    return worst(found)


def _keras(member: Member) -> Verdict:
    """Keras models may hold code as Lambda layers, or name classes of other modules."""
    member.source.seek(0)
    overlap = b""
    while chunk := member.source.read(1 << 20):
        if _LAMBDA.search(overlap + chunk):
            return unsafe("a Keras model with code or classes of its own; use layers of Keras only, or save it as ONNX")
        overlap = chunk[-256:]
    return SAFE


def _npy(member: Member, head: bytes) -> Verdict:
    wide = head[6:7] != b"\x01"
    begin = 12 if wide else 10
    length = int.from_bytes(head[8:begin], "little")
    member.source.seek(begin)
    described = member.source.read(min(length, 1 << 20))
    if not _OBJECTS.search(described):
        return SAFE
    begin += length
    left = max(0, member.size - begin)
    return scan_pickles(window(member.source, begin, left), left)


def _by_pickle(member: Member, head: bytes) -> Verdict:
    kind = suffix(member.name)
    member.source.seek(0)
    if _PROTOCOL.match(head) or (kind in PICKLED and not _is_text(head)):
        return scan_pickles(member.source, member.size)
    if kind in PERHAPS:
        verdict = scan_pickles(member.source, member.size)
        return verdict if any(_IMPORT.fullmatch(name) for name in verdict.imports) else SAFE
    if kind == ".py":
        return caution("Python code, which runs when a loader is told to trust it")
    return SAFE


def _is_text(head: bytes) -> bool:
    """JSON or a text format of LightGBM's under a pickle's suffix."""
    return head.lstrip()[:1] in (b"{", b"[") or head.startswith((b"tree\n", b"version"))


def _inner_name(name: str) -> str:
    """``model.pkl`` of ``model.pkl.gz``; a suffix that names a pickle itself stays."""
    return str(PurePosixPath(name).with_suffix("")) if suffix(name) and suffix(name) not in PICKLED | PERHAPS else name
