"""Tensors as numbers, block by block: how far one lies from another, without holding either."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK = 1 << 20
"""Bytes of each side that are in memory at once; as many as storage gives in a piece."""

_PLAIN = {
    **{"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "<i1"},
    **{"U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "<u1", "BOOL": "<u1"},
}
_EIGHT_BITS = {"F8_E4M3": (4, 7), "F8_E5M2": (5, 15)}
BYTES_OF = {
    **{"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "I64": 8, "I32": 4, "I16": 2, "I8": 1},
    **{"U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1},
}
"""Bytes of a number by the kinds that are understood here."""
_SINGLE = {"F32", "F16", "BF16", "F8_E4M3", "F8_E5M2", "I8", "U8", "BOOL", "I16", "U16"}
"""Kinds that single precision holds exactly."""


@dataclass(slots=True)
class Distance:
    """Sums over the numbers seen so far."""

    change: float = 0.0
    """Of the squares of b − a."""
    before: float = 0.0
    """Of the squares of a."""
    largest: float = 0.0
    """Of the absolute values of b − a."""
    is_same: bool = True
    """Are all bytes the same?"""

    @property
    def relative(self) -> float | None:
        """‖b − a‖ / ‖a‖; None where it is no finite number."""
        if self.change == 0:
            return 0.0
        found = math.sqrt(self.change / self.before) if self.before > 0 else math.inf
        return found if math.isfinite(found) else None


def kind_of_numpy(numbers: Any) -> str | None:
    """What safetensors calls a type of NumPy; None for objects, texts, and bytes in the other order."""
    names = {"<f8": "F64", "<f4": "F32", "<f2": "F16", "<i8": "I64", "<i4": "I32", "<i2": "I16", "|i1": "I8"}
    names |= {"<u8": "U64", "<u4": "U32", "<u2": "U16", "|u1": "U8", "|b1": "BOOL"}
    return names.get(numbers.str)


def distance(a: Iterable[bytes], b: Iterable[bytes], kinds: tuple[str, str], tell: Callable[[int], None]) -> Distance:
    """How far the numbers *b* lie from *a*; *tell* hears how many bytes of both were read."""
    found = Distance()
    count = BLOCK // max(BYTES_OF[kind] for kind in kinds)
    sizes = [count * BYTES_OF[kind] for kind in kinds]
    for left, right in zip(blocks(a, sizes[0]), blocks(b, sizes[1]), strict=True):
        _add(found, left, right, kinds)
        tell(len(left) + len(right))
    return found


def same_bytes(a: Iterable[bytes], b: Iterable[bytes], tell: Callable[[int], None]) -> bool:
    """Are they the same? For kinds of which the numbers are not known."""
    for left, right in zip(blocks(a, BLOCK), blocks(b, BLOCK), strict=True):
        tell(len(left) + len(right))
        if left != right:
            return False
    return True


def blocks(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """*pieces* cut and joined to *size* bytes each; the last one may be shorter."""
    rest = b""
    for piece in pieces:
        if not rest and len(piece) == size:
            yield piece
            continue
        rest += piece
        while len(rest) >= size:
            yield rest[:size]
            rest = rest[size:]
    if rest:
        yield rest


def decoded(content: bytes, kind: str) -> NDArray[Any]:
    """The numbers in *content*: single precision where that holds them, else double."""
    import numpy as np

    if kind == "BF16":
        wide: NDArray[Any] = np.frombuffer(content, "<u2").astype("<u4") << 16
        return wide.view("<f4")
    if kind in _EIGHT_BITS:
        return _eight_bit_values(kind).take(np.frombuffer(content, "u1"))
    plain = np.frombuffer(content, _PLAIN[kind])
    found: NDArray[Any] = (
        plain if kind in ("F32", "F64") else plain.astype(np.float32 if kind in _SINGLE else np.float64)
    )
    return found


def _add(found: Distance, left: bytes, right: bytes, kinds: tuple[str, str]) -> None:
    import numpy as np

    a = decoded(left, kinds[0])
    found.before += _squares(a)
    if kinds[0] == kinds[1] and left == right:
        return
    found.is_same = False
    b = decoded(right, kinds[1])
    with np.errstate(over="ignore", invalid="ignore"):
        change = b - a
        found.change += _squares(change)
        found.largest = max(found.largest, float(np.max(np.abs(change))))


def _squares(values: NDArray[Any]) -> float:
    """The sum of the squares; in double precision where single overflows."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        found = float(np.dot(values, values))
    if math.isfinite(found) or values.dtype == np.float64:
        return found
    wide = values.astype(np.float64)
    return float(np.dot(wide, wide))


@cache
def _eight_bit_values(kind: str) -> NDArray[np.float32]:
    """The 256 numbers that a float of eight bits can be."""
    import numpy as np

    exponent_bits, bias = _EIGHT_BITS[kind]
    fraction_bits = 7 - exponent_bits
    values = []
    for code in range(256):
        exponent, fraction = (code & 127) >> fraction_bits, code & ((1 << fraction_bits) - 1)
        size = math.ldexp(fraction + (1 << fraction_bits if exponent else 0), max(exponent, 1) - bias - fraction_bits)
        if kind == "F8_E5M2" and exponent == 31:
            size = math.nan if fraction else math.inf
        elif kind == "F8_E4M3" and code & 127 == 127:
            size = math.nan
        values.append(-size if code & 128 else size)
    return np.array(values, np.float32)
