"""Weights in half the room: safetensors written again as fp16 or bf16, tensor by tensor and block by block.

Only tensors of floats are cast; what is whole numbers stays. A few megabytes of memory do, whatever the size.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..errors import BadInput
from .diff.numbers import BLOCK, BYTES_OF, blocks, decoded
from .weight_merging import FLOATS, encoded

if TYPE_CHECKING:
    from .diff.tensor_files import Tensor

KINDS = {"fp16": "F16", "bf16": "BF16"}
"""What is made here, and how safetensors calls it."""


def is_castable(kind: str, to: str) -> bool:
    """Would *to* be something else for numbers of this *kind*?"""
    return kind in FLOATS and kind != to


def cast(tensors: Sequence[Tensor], to: str, tell: Callable[[int], None]) -> Iterator[bytes]:
    """A safetensors file with the floats as *to*, in pieces; *tell* hears how many bytes were read.

    Raises:
        BadInput: *to* cannot hold a number.
    """
    at, header = 0, {"__metadata__": {"format": "pt"}}
    for one in tensors:
        kind = to if is_castable(one.kind, to) else one.kind
        size = one.count * BYTES_OF[kind] if kind != one.kind else one.size
        header[one.name] = {"dtype": kind, "shape": list(one.shape), "data_offsets": [at, at + size]}  # type: ignore[dict-item]
        at += size
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    yield struct.pack("<Q", len(head)) + head
    for one in tensors:
        yield from _cast(one, to, tell) if is_castable(one.kind, to) else _copied(one, tell)


def _copied(tensor: Tensor, tell: Callable[[int], None]) -> Iterator[bytes]:
    for piece in tensor.read():
        tell(len(piece))
        yield piece


def _cast(tensor: Tensor, to: str, tell: Callable[[int], None]) -> Iterator[bytes]:
    import numpy as np

    for block in blocks(tensor.read(), BLOCK // 8 * BYTES_OF[tensor.kind]):
        numbers = decoded(block, tensor.kind)
        with np.errstate(over="ignore"):
            piece = encoded(numbers, to)
        largest = np.abs(numbers[np.isfinite(numbers)]).max(initial=0)
        if not np.isfinite(decoded(piece, to)[np.isfinite(numbers)]).all():
            raise BadInput(f"'{tensor.name}' has {largest:g}, which {to} cannot hold; make bf16 of it")
        tell(len(block))
        yield piece
