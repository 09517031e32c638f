"""The files of a checkpoint: whole tensors, or what changed since the checkpoint before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import wire
from ..deltas import ENDING, encode
from .publishing import File
from .tensors import file_of, write

WORTH_IT = 0.9
"""A delta that is not smaller than this part of the whole is none."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A tensor as the hub has it."""

    content: bytes
    whole: str
    links: int
    file: wire.PublishedFile
    delta: wire.CheckpointDelta | None


@dataclass(frozen=True, slots=True)
class Packed:
    """A checkpoint that is ready to be sent."""

    listed: list[wire.PublishedFile]
    deltas: list[wire.CheckpointDelta]
    to_send: list[File]
    state: dict[str, Sent] = field(default_factory=dict)
    """What the next checkpoint is compared with."""


def pack_form(form: Mapping[str, bytes], scratch: Path) -> list[File]:
    """What a checkpoint has beside its tensors."""
    files = []
    for name, content in form.items():
        target = scratch / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        files.append(File(name, target, hashlib.sha256(content).hexdigest(), len(content)))
    return files


def pack_whole(arrays: Mapping[str, Any], scratch: Path) -> Packed:
    """Every tensor as a file of its own."""
    files = [_written(name, array, scratch / str(number)) for number, (name, array) in enumerate(arrays.items())]
    return Packed([listed(file) for file in files], [], files)


def pack_chained(arrays: Mapping[str, Any], scratch: Path, before: Mapping[str, Sent], most_links: int) -> Packed:
    """Every tensor as what makes it of the one *before*, where that is less; each chain has at most *most_links*."""
    packed = Packed([], [], [])
    for number, (name, array) in enumerate(arrays.items()):
        file = _written(name, array, scratch / str(number))
        content, last = file.source.read_bytes(), before.get(name)
        if last is not None and last.whole == file.digest:
            sent = last
        else:
            made = _delta(file, content, last, array.itemsize) if last is not None and last.links < most_links else None
            packed.to_send.append(made or file)
            delta = wire.CheckpointDelta(path=made.path, whole=file.digest, base=last.whole) if made and last else None
            links = last.links + 1 if made and last else 0
            sent = Sent(content, file.digest, links, listed(made or file), delta)
        packed.state[name] = sent
        packed.listed.append(sent.file)
        packed.deltas.extend([sent.delta] if sent.delta else [])
    return packed


def _delta(file: File, content: bytes, last: Sent, number_bytes: int) -> File | None:
    if len(content) != len(last.content):
        return None
    body = encode(last.content, content, number_bytes)
    if len(body) > WORTH_IT * len(content):
        return None
    source = file.source.with_name(file.source.name + ENDING)
    source.write_bytes(body)
    return File(file.path + ENDING, source, hashlib.sha256(body).hexdigest(), len(body))


def _written(name: str, array: Any, target: Path) -> File:
    write(target, name, array)
    with target.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    return File(file_of(name), target, digest, target.stat().st_size)


def listed(file: File) -> wire.PublishedFile:
    """*file* as a publication names it."""
    return wire.PublishedFile(path=file.path, digest=file.digest, size_bytes=file.size)
