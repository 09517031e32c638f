"""The weights of fine-tuned models of one origin made one: linear, SLERP and TIES, tensor by tensor and block by block.

Libraries that do it (mergekit, peft) need torch and hold whole tensors or models; this needs NumPy and a few megabytes,
whatever the size. What comes out is written as safetensors, in the types of the first model. Tensors of whole numbers
are not mixed: they are taken from the first one.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..errors import BadInput
from .diff.numbers import BLOCK, BYTES_OF, blocks, decoded
from .diff.tensor_files import Tensor

if TYPE_CHECKING:
    from numpy.typing import NDArray

Method = Literal["linear", "slerp", "ties"]
FLOATS = ("F64", "F32", "F16", "BF16")
"""The types that are mixed."""
_NUMBERS = BLOCK // 8
_BINS = 1 << 16
_NEARLY = 0.9995
"""Vectors that are closer than this are mixed along the line between them: the arc is no longer known."""
Tensors = Mapping[str, Tensor]
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to mix: shares add up to one; TIES keeps the *density* of the changes that are largest, times *scale*."""

    method: Method
    shares: tuple[float, ...]
    density: float = 0.5
    scale: float = 1.0


def recipe(method: Method, shares: Sequence[float], count: int, density: float, scale: float) -> Recipe:
    """Check how *count* models are to be mixed; no shares: equal ones.

    Raises:
        BadInput: it makes no sense.
    """
    given = tuple(shares) or (1 / count,) * count
    if len(given) != count or any(not math.isfinite(one) or one < 0 for one in given) or sum(given) <= 0:
        raise BadInput(f"{count} models need {count} shares, as in weights=[0.5, 0.5]")
    if method == "slerp" and count != 2:
        raise BadInput(f"SLERP mixes two models, not {count}; take linear or ties")
    if not 0 < density <= 1 or not 0 < scale <= 10:
        raise BadInput("density lies between 0 and 1, scale between 0 and 10")
    total = sum(given)
    return Recipe(method, tuple(one / total for one in given), density, scale)


def check(models: Sequence[Tensors], base: Tensors | None, recipe: Recipe) -> None:
    """Make sure that the models can be mixed.

    Raises:
        BadInput: they have other tensors, or TIES has no origin.
    """
    if recipe.method == "ties" and base is None:
        raise BadInput("TIES mixes changes against the common origin: say which it is, as in base='main'")
    first = models[0]
    for other in [*models[1:], *([base] if recipe.method == "ties" and base is not None else [])]:
        for name in first.keys() | other.keys():
            a, b = first.get(name), other.get(name)
            if a is None or b is None or a.shape != b.shape or (a.kind in FLOATS) != (b.kind in FLOATS):
                raise BadInput(f"these models cannot be mixed: tensor '{name}' is missing, or has another shape")


def mixed(models: Sequence[Tensors], base: Tensors | None, recipe: Recipe, tell: Tell) -> Iterator[bytes]:
    """The mix as a safetensors file, in pieces."""
    check(models, base, recipe)
    first = models[0]
    at, header = 0, {"__metadata__": {"format": "pt", "merge": recipe.method}}
    for name, tensor in first.items():
        header[name] = {"dtype": tensor.kind, "shape": list(tensor.shape), "data_offsets": [at, at + tensor.size]}  # type: ignore[dict-item]
        at += tensor.size
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    yield struct.pack("<Q", len(head)) + head
    for name, tensor in first.items():
        if tensor.kind in FLOATS:
            those = [one[name] for one in models]
            pieces = _METHODS[recipe.method](those, base[name] if base is not None else None, recipe)
            for numbers in pieces:
                piece = encoded(numbers, tensor.kind)
                tell(len(piece))
                yield piece
        else:
            yield from tensor.read()
            tell(tensor.size)


def encoded(numbers: NDArray[Any], kind: str) -> bytes:
    """*numbers* as the bytes of a type of float, rounded to the nearest."""
    import numpy as np

    if kind != "BF16":
        return numbers.astype({"F64": "<f8", "F32": "<f4", "F16": "<f2"}[kind]).tobytes()
    bits = numbers.astype("<f4").view("<u4")
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
    return np.where(np.isnan(numbers), 0x7FC0, rounded).astype("<u2").tobytes()


def _numbers(tensor: Tensor) -> Iterator[NDArray[Any]]:
    """The numbers of a tensor, so many at once that those of all models fit together."""
    import numpy as np

    for block in blocks(tensor.read(), _NUMBERS * BYTES_OF[tensor.kind]):
        yield decoded(block, tensor.kind).astype(np.float64)


def _linear(models: Sequence[Tensor], _base: Tensor | None, recipe: Recipe) -> Iterator[NDArray[Any]]:
    for those in zip(*map(_numbers, models), strict=True):
        yield sum(one * share for one, share in zip(those, recipe.shares, strict=True))


def _slerp(models: Sequence[Tensor], base: Tensor | None, recipe: Recipe) -> Iterator[NDArray[Any]]:
    """Along the arc between two tensors; each as one long vector, as the library mergekit does."""
    import numpy as np

    dot = left = right = 0.0
    for a, b in zip(*map(_numbers, models), strict=True):
        dot, left, right = dot + float(a @ b), left + float(a @ a), right + float(b @ b)
    cosine = dot / math.sqrt(left * right) if left and right else 1.0
    if not math.isfinite(cosine) or abs(cosine) > _NEARLY:
        yield from _linear(models, base, recipe)
        return
    angle = math.acos(cosine)
    shares = [math.sin(share * angle) / math.sin(angle) for share in recipe.shares]
    for a, b in zip(*map(_numbers, models), strict=True):
        yield np.asarray(a * shares[0] + b * shares[1])


def _ties(models: Sequence[Tensor], base: Tensor | None, recipe: Recipe) -> Iterator[NDArray[Any]]:
    """Keep the largest changes of each model, elect the sign of each number, mix the changes that agree with it."""
    import numpy as np

    assert base is not None
    least = [_threshold(one, base, recipe.density) for one in models]
    for origin, *those in zip(_numbers(base), *map(_numbers, models), strict=True):
        changes = [
            np.where(np.abs(one - origin) >= low, one - origin, 0.0) for one, low in zip(those, least, strict=True)
        ]
        weighted = [change * share for change, share in zip(changes, recipe.shares, strict=True)]
        sign = np.sign(sum(weighted))
        agreed = [np.sign(change) == sign for change in changes]
        total = sum(np.where(agrees, change, 0.0) for agrees, change in zip(agreed, weighted, strict=True))
        shares = sum(
            np.where(agrees & (change != 0), share, 0.0)
            for agrees, change, share in zip(agreed, changes, recipe.shares, strict=True)
        )
        mean = np.divide(total, shares, out=np.zeros_like(origin), where=np.asarray(shares) > 0)
        yield origin + recipe.scale * mean


def _threshold(model: Tensor, base: Tensor, density: float) -> float:
    """The size from which on a change belongs to the largest *density* of all.

    The sizes are counted by the upper half of their bits, which grow with them; so it is exact to 1 in 256.
    """
    import numpy as np

    counts = np.zeros(_BINS, np.int64)
    for numbers, origin in zip(_numbers(model), _numbers(base), strict=True):
        sizes = np.abs(numbers - origin).astype("<f4")
        counts += np.bincount(sizes.view("<u4") >> 16, minlength=_BINS)
    wanted = math.ceil(density * model.count)
    kept = np.cumsum(counts[::-1])
    lowest = _BINS - 1 - int(np.searchsorted(kept, wanted))
    return float(np.array([max(lowest, 0) << 16], "<u4").view("<f4")[0]) if wanted < model.count else 0.0


_METHODS: dict[Method, Callable[[Sequence[Tensor], Tensor | None, Recipe], Iterator[NDArray[Any]]]] = {
    "linear": _linear,
    "slerp": _slerp,
    "ties": _ties,
}
