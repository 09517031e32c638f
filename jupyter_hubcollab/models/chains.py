"""Chains of checkpoints: a tensor may be kept as what changed since an earlier one, which must stay as long.

Each content has one entry in a run, by the SHA-256 of the whole; an entry with a *base* is a delta of that content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from .. import wire
from ..deltas import ENDING, decode
from ..errors import BadInput, BlobNotFound, DigestMismatch
from ..names import digest

MOST_LINKS = 64
FOLDER = "bases"

Known = Mapping[str, wire.CheckpointFile]
"""Entries by the SHA-256 of the whole content."""


def known_of(kept: wire.CheckpointList) -> dict[str, wire.CheckpointFile]:
    """Everything from which something can be made whole."""
    files = [*kept.bases, *(file for one in kept.checkpoints for file in one.files)]
    return {file.whole: file for file in files}


def entries(asked: wire.CheckpointRequest, known: Known) -> list[wire.CheckpointFile]:
    """The files of a new checkpoint; a content that is there already keeps its entry, so that no chain is a circle.

    Raises:
        BlobNotFound: a file is a delta of something that is not here.
        BadInput: a chain is too long.
    """
    deltas = {one.path: one for one in asked.deltas}
    found = []
    for file in asked.files:
        delta = deltas.get(file.path)
        whole, base = (digest(delta.whole), digest(delta.base)) if delta else (file.digest, None)
        before = known.get(whole)
        if before is not None:
            path = plain(file.path) + (ENDING if before.base is not None else "")
            found.append(wire.CheckpointFile(path, before.digest, before.size_bytes, whole, before.base))
            continue
        if base is not None and links(base, known) >= MOST_LINKS:
            raise BadInput(f"a chain has at most {MOST_LINKS} links; send a whole checkpoint now and then")
        found.append(wire.CheckpointFile(file.path, file.digest, file.size_bytes, whole, base))
    return found


def links(whole: str, known: Known) -> int:
    """How many deltas make the content *whole*.

    Raises:
        BlobNotFound: the chain ends nowhere.
    """
    count, at = 0, whole
    while True:
        file = known.get(at)
        if file is None:
            raise BlobNotFound("the tensor from which this one differs is not kept any more; send it whole")
        if file.base is None:
            return count
        count, at = count + 1, file.base


def bases_of(kept: Sequence[wire.Checkpoint], known: Known) -> list[wire.CheckpointFile]:
    """What is not in *kept*, and needed to make it whole."""
    there = {file.whole for one in kept for file in one.files}
    needed: dict[str, wire.CheckpointFile] = {}
    for one in kept:
        for file in one.files:
            base = file.base
            while base is not None and base not in needed:
                found = known[base]
                if base not in there:
                    ending = ENDING if found.base is not None else ""
                    path = f"{FOLDER}/{base}.safetensors{ending}"
                    needed[base] = wire.CheckpointFile(path, found.digest, found.size_bytes, base, found.base)
                base = found.base
    return sorted(needed.values(), key=lambda file: file.path)


def whole_of(file: wire.CheckpointFile, known: Known, read: Callable[[wire.CheckpointFile], bytes]) -> bytes:
    """The whole content of *file*, made of its chain.

    Raises:
        DigestMismatch: what comes out is not what was kept.
    """
    chain = [file]
    while chain[-1].base is not None:
        chain.append(known[chain[-1].base])
    content = read(chain.pop())
    for link in reversed(chain):
        content = decode(content, read(link))
    if hashlib.sha256(content).hexdigest() != file.whole:
        raise DigestMismatch(f"'{file.path}' of this checkpoint is damaged")
    return content


def plain(path: str) -> str:
    """The name of a file when it is whole."""
    return path.removesuffix(ENDING)
