"""What changed from one tensor to the next, in few bytes: both sides of a checkpoint know this.

The bits that differ (XOR), first all lowest bytes of the numbers, then all second ones and so on, deflated: weights
that training moved a little differ in their low bytes only, the high ones are zeros.
"""

from __future__ import annotations

import struct
import zlib

from .errors import DigestMismatch

MAGIC = b"HCDELTA1"
ENDING = ".delta"
_HEAD = struct.Struct("<8sBxxxxxxxQ")
LEVEL = 1


def encode(old: bytes, new: bytes, number_bytes: int) -> bytes:
    """What makes *new* of *old*, which has as many bytes; each number takes *number_bytes*."""
    import numpy as np

    differs = np.frombuffer(old, "uint8") ^ np.frombuffer(new, "uint8")
    whole = len(differs) - len(differs) % number_bytes
    ordered = differs[:whole].reshape(-1, number_bytes).T.tobytes() + differs[whole:].tobytes()
    return _HEAD.pack(MAGIC, number_bytes, len(new)) + zlib.compress(ordered, LEVEL)


def decode(old: bytes, delta: bytes) -> bytes:
    """What *delta* makes of *old*.

    Raises:
        DigestMismatch: it is no delta, or not one of *old*.
    """
    import numpy as np

    if len(delta) < _HEAD.size or not delta.startswith(MAGIC):
        raise DigestMismatch("a part of this checkpoint is damaged: it is no delta")
    _, number_bytes, size = _HEAD.unpack_from(delta)
    if size != len(old) or not number_bytes:
        raise DigestMismatch("a part of this checkpoint is damaged: it belongs to another one")
    unpacking = zlib.decompressobj()
    try:
        ordered = unpacking.decompress(delta[_HEAD.size :], size + 1)
    except zlib.error as error:
        raise DigestMismatch("a part of this checkpoint is damaged: it cannot be unpacked") from error
    if len(ordered) != size or not unpacking.eof:
        raise DigestMismatch("a part of this checkpoint is damaged: it is of another length")
    whole = size - size % number_bytes
    numbers = np.frombuffer(ordered[:whole], "uint8").reshape(number_bytes, -1).T.reshape(-1)
    differs = np.concatenate([numbers, np.frombuffer(ordered[whole:], "uint8")])
    return bytes((differs ^ np.frombuffer(old, "uint8")).tobytes())
