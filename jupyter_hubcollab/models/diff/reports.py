"""Differences as they cross to the panel and to the notebook API."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from ... import wire
from ..metrics import Measured, change_of, direction_of, told, unit_of
from . import fields, notebooks
from .numbers import Distance
from .sides import Side
from .tensors import Pair, Pairs, Place, layer_of

MOST_FIELDS = 2_000
MOST_FILES = 2_000
MOST_TENSORS = 2_000
NOTEBOOK = "notebook.ipynb"
IntervalOf = Callable[[Measured], wire.Interval | None]


def side_shown(side: Side) -> wire.DiffSide:
    """A side by its names."""
    return wire.DiffSide(
        subject=side.subject,
        kind=side.kind,
        id=side.id,
        revision=side.revision,
        commit=side.commit,
        title=side.title,
    )


def metrics(before: Side, after: Side, interval_of: IntervalOf) -> list[wire.MetricDiff]:
    """The numbers of both sides, those that both have first."""
    left = {(one.name, one.dataset, one.split): one for one in before.metrics}
    right = {(one.name, one.dataset, one.split): one for one in after.metrics}
    names = sorted({**right, **left}, key=lambda key: not (key in left and key in right))
    return [metric(left.get(key), right.get(key), interval_of) for key in names]


def metric(before: Measured | None, after: Measured | None, interval_of: IntervalOf) -> wire.MetricDiff:
    """A number on both sides; an interval is asked for only where both have it."""
    one = after or before
    assert one is not None
    change = change_of(after.value, before.value) if before is not None and after is not None else None
    higher = direction_of(one)
    interval = interval_of(one) if change is not None else None
    verdict = _verdict(change, higher, interval)
    return wire.MetricDiff(
        name=one.name,
        dataset=one.dataset,
        split=one.split,
        unit=one.unit or unit_of(one.name),
        higher_is_better=higher,
        before=told(before.value) if before is not None else None,
        after=told(after.value) if after is not None else None,
        change=change,
        verdict=verdict,
        interval=interval,
        is_regression=verdict == "worse" and interval is not None,
    )


def _verdict(change: float | None, higher: bool | None, interval: wire.Interval | None) -> wire.Verdict:
    if change is None or higher is None:
        return "unknown"
    if interval is None:
        return "same" if change == 0 else "better" if (change > 0) == higher else "worse"
    if interval.low <= 0 <= interval.high:
        return "same" if interval.low == interval.high else "unclear"
    return "better" if (interval.low > 0) == higher else "worse"


def fields_shown(before: Side, after: Side) -> list[wire.FieldDiff]:
    """The fields that differ."""
    return [wire.FieldDiff(**one._asdict()) for one in fields.changed(before, after)]


def notebook(before: Side, after: Side) -> wire.NotebookDiff | None:
    """The notebooks of both sides; None where one has none, or they are the same.

    A notebook of the past is compared without outputs: they are those of the execution before.
    """
    if before.past is None and after.past is None and _content(before) == _content(after):
        return None
    a, b = _notebook(before), _notebook(after)
    if a is None or b is None:
        return None
    compare = notebooks.compared if before.past is None and after.past is None else notebooks.compared_by_source
    cells, unchanged = compare(a[1], b[1])
    return wire.NotebookDiff(path=b[0], cells=cells, unchanged=unchanged) if cells else None


def _notebook(side: Side) -> tuple[str, str] | None:
    """Path and content."""
    if side.past is not None:
        return side.past
    text = side.text(NOTEBOOK)
    return (NOTEBOOK, text) if text is not None else None


def _content(side: Side) -> str | None:
    kept = side.source.files.get(NOTEBOOK)
    return kept.content if kept is not None else None


def files(before: Side, after: Side) -> list[wire.PathDiff]:
    """The files that differ."""
    left, right = before.source.files, after.source.files
    found = []
    for path in sorted({**left, **right}):
        a, b = left.get(path), right.get(path)
        if a is not None and b is not None and a.content == b.content:
            continue
        found.append(
            wire.PathDiff(
                path=path,
                change="added" if a is None else "removed" if b is None else "changed",
                before_bytes=a.size if a is not None else None,
                after_bytes=b.size if b is not None else None,
            )
        )
    return found


def tensors(pairs: Pairs, found: Mapping[str, Distance | None] | None) -> wire.TensorsDiff:
    """The tensors of both sides; *found* is None as long as nobody has read their numbers."""
    shown = [one for pair in pairs.pairs if (one := _tensor(pair, found)) is not None]
    counts = {what: sum(one.change == what for one in shown) for what in ("added", "removed", "reshaped", "retyped")}
    shown.sort(key=_farthest)
    return wire.TensorsDiff(
        measured=found is not None,
        bytes_to_read=pairs.bytes_to_read,
        **counts,
        changed=sum(one.change == "changed" for one in shown),
        unchanged=len(pairs.pairs) - len(shown),
        tensors=shown[:MOST_TENSORS],
        layers=_layers(pairs.pairs, {one.name for one in shown}, found) if shown else [],
        unread=list(pairs.unread),
    )


def _farthest(one: wire.TensorDiff) -> tuple[bool, float]:
    """What moved first, by how far; then what came, went or has another shape."""
    moved = one.change in ("changed", "retyped")
    return not moved, -(math.inf if one.relative is None else one.relative)


def _tensor(pair: Pair, found: Mapping[str, Distance | None] | None) -> wire.TensorDiff | None:
    """A tensor that differs, or may; None for one that is the same."""
    what = _change(pair, found)
    if what is None:
        return None
    moved = (found or {}).get(pair.name) if pair.is_comparable else None
    return wire.TensorDiff(
        name=pair.name,
        change=what,
        before=_side(pair.before),
        after=_side(pair.after),
        relative=moved.relative if moved is not None else None,
        largest=moved.largest if moved is not None and math.isfinite(moved.largest) else None,
    )


def _change(pair: Pair, found: Mapping[str, Distance | None] | None) -> wire.TensorChange | None:
    if pair.before is None:
        return "added"
    if pair.after is None:
        return "removed"
    if not pair.is_comparable:
        return "reshaped"
    if pair.before.tensor.kind != pair.after.tensor.kind:
        return "retyped"
    moved = found.get(pair.name) if found is not None else None
    is_same = pair.is_same or (moved is not None and moved.is_same)
    return None if is_same else "changed"


def _side(place: Place | None) -> wire.TensorSide | None:
    if place is None:
        return None
    return wire.TensorSide(dtype=place.tensor.kind, shape=list(place.tensor.shape), file=place.path)


def _layers(
    pairs: Sequence[Pair], changed: set[str], found: Mapping[str, Distance | None] | None
) -> list[wire.LayerDiff]:
    """The layers in the order of the files, each with the movement of those of its tensors that changed."""
    by_layer: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_layer.setdefault(layer_of(pair.name), []).append(pair)
    return [
        wire.LayerDiff(
            name=name,
            tensors=len(those),
            changed=sum(pair.name in changed for pair in those),
            relative=_together([(found or {}).get(pair.name) for pair in those]) if found is not None else None,
        )
        for name, those in by_layer.items()
    ][:MOST_TENSORS]


def _together(distances: Sequence[Distance | None]) -> float | None:
    known = [one for one in distances if one is not None and not one.is_same]
    if not known:
        return 0.0 if all(one is not None for one in distances) and distances else None
    sums = Distance(sum(one.change for one in known), sum(one.before for one in known))
    return sums.relative
