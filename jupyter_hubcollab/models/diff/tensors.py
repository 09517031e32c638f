"""The tensors of two sides: which came, went, changed their shape, and how far the others moved.

`paired` reads headers; `measured` streams the bytes of those tensors that are not known to be the same: of one content
by its SHA-256, of chunks by their hashes. No more than a few blocks are in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from ...errors import BadInput
from .numbers import BYTES_OF, Distance, distance, same_bytes
from .sides import Side, Source
from .tensor_files import ENDINGS, Span, Tensor, part_of, tensors_of

_LAYER = re.compile(r"(.*?(?:^|[./_])\d+)(?=[./_]|$)")
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Place:
    """A tensor and the file in which it is."""

    path: str
    tensor: Tensor


@dataclass(frozen=True, slots=True)
class Pair:
    """A tensor on both sides, or on one."""

    name: str
    before: Place | None
    after: Place | None
    is_same: bool
    """Known to be the same without reading it."""

    @property
    def is_comparable(self) -> bool:
        """Has it numbers on both sides, in the same order?"""
        if self.before is None or self.after is None:
            return False
        a, b = self.before.tensor, self.after.tensor
        return a.shape == b.shape and a.by_columns == b.by_columns

    @property
    def bytes_to_read(self) -> int:
        """Of both sides, to know how far it moved."""
        if self.is_same or self.before is None or self.after is None or not self.is_comparable:
            return 0
        return self.before.tensor.size + self.after.tensor.size


@dataclass(frozen=True)
class Pairs:
    """All tensors of two sides."""

    pairs: tuple[Pair, ...]
    unread: tuple[str, ...] = field(default=())
    """Weight files that could not be read, each with the reason."""

    @property
    def bytes_to_read(self) -> int:
        """What `measured` reads at most."""
        return sum(pair.bytes_to_read for pair in self.pairs)


def paired(before: Side, after: Side) -> Pairs:
    """The tensors of both sides by name, in the order of the files; shards are put together."""
    unread: list[str] = []
    left, right = _places(before.source, unread), _places(after.source, unread)
    if len({part for part, _ in left}) <= 1 and len({part for part, _ in right}) <= 1:
        # One model on each side: what its file is called does not matter.
        left, right = ({("", name): one for (_, name), one in side.items()} for side in (left, right))
    known = _KnownChunks(before.source, after.source)
    parts = {part for part, _ in chain(left, right)}
    pairs = []
    for key in dict.fromkeys(chain(left, right)):
        a, b = left.get(key), right.get(key)
        same = a is not None and b is not None and _is_same(before.source, after.source, a, b, known)
        pairs.append(Pair(key[1] if len(parts) <= 1 else f"{key[0]}: {key[1]}", a, b, same))
    return Pairs(tuple(pairs), tuple(dict.fromkeys(unread)))


def measured(pairs: Pairs, tell: Tell) -> Mapping[str, Distance | None]:
    """How far each tensor moved that both sides have; None where its numbers are not understood, but differ."""
    found: dict[str, Distance | None] = {}
    for pair in pairs.pairs:
        if pair.before is None or pair.after is None or not pair.is_comparable:
            continue
        a, b = pair.before.tensor, pair.after.tensor
        if pair.is_same:
            found[pair.name] = Distance()
        elif a.kind in BYTES_OF and b.kind in BYTES_OF:
            found[pair.name] = distance(a.read(), b.read(), (a.kind, b.kind), tell)
        elif a.kind == b.kind and a.size == b.size and same_bytes(a.read(), b.read(), tell):
            found[pair.name] = Distance()
        else:
            found[pair.name] = None
    return found


def layer_of(name: str) -> str:
    """The layer to which a tensor belongs: up to the first number in its name, else all but the last word."""
    numbered = _LAYER.match(name)
    return numbered[1] if numbered else re.split(r"[./]", name[::-1], maxsplit=1)[-1][::-1]


def _places(source: Source, unread: list[str]) -> dict[tuple[str, str], Place]:
    """The tensors of a side by part and name."""
    found: dict[tuple[str, str], Place] = {}
    for path in sorted(source.files):
        if not path.lower().endswith(ENDINGS):
            continue
        try:
            tensors = tensors_of(path, source.files[path].size, _span_of(source, path))
        except BadInput as error:
            unread.append(f"{path}: {error}")
            continue
        for tensor in tensors:
            found.setdefault((part_of(path), tensor.name), Place(path, tensor))
    return found


def _span_of(source: Source, path: str) -> Span:
    return lambda start, end: source.span(path, start, end)


def _is_same(before: Source, after: Source, a: Place, b: Place, known: _KnownChunks) -> bool:
    if (a.tensor.kind, a.tensor.shape, a.tensor.by_columns) != (b.tensor.kind, b.tensor.shape, b.tensor.by_columns):
        return False
    if a.tensor.size == 0:
        return True
    if before.files[a.path].content == after.files[b.path].content and a.tensor.start == b.tensor.start:
        return True
    return known.same(a, b)


class _KnownChunks:
    """Tells from the hashes of chunks that two tensors have the same bytes; only their ends are read, if need be."""

    def __init__(self, before: Source, after: Source) -> None:
        self._before = before
        self._after = after
        self._chunks: dict[tuple[bool, str], list[tuple[int, int, bytes]]] = {}

    def same(self, a: Place, b: Place) -> bool:
        """Are they known to be the same?"""
        if a.tensor.start is None or b.tensor.start is None:
            return False
        left, right = self._within(True, a), self._within(False, b)
        if not left or left != right:
            return False
        begin, end = left[0][0], left[-1][1]
        size = a.tensor.size
        return all(self._read(True, a, *gap) == self._read(False, b, *gap) for gap in ((0, begin), (end, size)))

    def _within(self, is_before: bool, place: Place) -> list[tuple[int, int, bytes]]:
        """The chunks that lie in a tensor, counted from its begin."""
        start = place.tensor.start or 0
        end = start + place.tensor.size
        return [
            (at - start, stop - start, hashed)
            for at, stop, hashed in self._of(is_before, place.path)
            if at >= start and stop <= end
        ]

    def _of(self, is_before: bool, path: str) -> list[tuple[int, int, bytes]]:
        key = (is_before, path)
        if key not in self._chunks:
            at, listed = 0, []
            for hashed, size in (self._before if is_before else self._after).chunks(path):
                listed.append((at, at + size, hashed))
                at += size
            self._chunks[key] = listed
        return self._chunks[key]

    def _read(self, is_before: bool, place: Place, begin: int, end: int) -> bytes:
        source = self._before if is_before else self._after
        start = place.tensor.start or 0
        return b"".join(source.span(place.path, start + begin, start + end)) if end > begin else b""
