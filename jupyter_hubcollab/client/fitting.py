"""What task the data in hand is for: images, sound, texts, tables, with or without something to predict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import wire
from ..errors import BadInput

AUDIO_SAMPLES = 8_000
"""A row of numbers that is as long as this is a sound."""
FEW_CLASSES = 50
LOOKED_AT = 50


def in_hand(data: Any, target: Any = None) -> wire.TextAsked:
    """What to ask the hub for *data*, and for *target*, which is to be predicted from it.

    Raises:
        BadInput: nothing can be guessed from an object of this class.
    """
    names = _columns(data)
    if names is not None:
        return _of_table(names, data, target)
    if _is_texts(data):
        texts = [data] if isinstance(data, str) else list(data[:LOOKED_AT])
        about = "text-classification" if target is not None or not isinstance(data, str) else "feature-extraction"
        return wire.TextAsked(text=". ".join(str(text)[:200] for text in texts[:3]), form="code", task=about)
    task = _of_array(data, target)
    if task is None:
        raise BadInput(
            f"nothing can be guessed from a {type(data).__name__}; give a table, an array, images or a list of texts"
        )
    return wire.TextAsked(text=task.replace("-", " "), form="code", task=task)


def _of_table(names: Sequence[str], data: Any, target: Any) -> wire.TextAsked:
    quoted = ", ".join(f"'{name}'" for name in names[:200])
    first = {name: _first(data, name) for name in names[:200]}
    longest = max((len(value) for value in first.values() if isinstance(value, str)), default=0)
    wanted = _values(data, target) if isinstance(target, str) else target
    task = None
    if wanted is not None and longest < 60:
        task = "tabular-classification" if _is_class(wanted) else "tabular-regression"
    elif wanted is not None:
        task = "text-classification"
    return wire.TextAsked(text=f"dataframe with columns {quoted}", form="code", task=task)


def _of_array(data: Any, target: Any) -> str | None:
    if _is_image(data) or (isinstance(data, Sequence) and data and all(map(_is_image, data[:LOOKED_AT]))):
        return "image-classification"
    shape = getattr(data, "shape", None)
    if shape is None:
        return None
    if len(shape) >= 3 or (len(shape) == 2 and target is None and min(shape) > 200):
        return "image-classification"
    if shape[-1:] and shape[-1] >= AUDIO_SAMPLES:
        return "audio-classification"
    if len(shape) == 2:
        return "tabular-classification" if target is None or _is_class(target) else "tabular-regression"
    return "time-series-forecasting" if len(shape) == 1 else None


def _columns(data: Any) -> list[str] | None:
    """Names of columns, of a frame, a data set or a dict of lists."""
    if isinstance(data, Mapping):
        return [str(name) for name in data]
    for attribute in ("column_names", "columns"):
        names = getattr(data, attribute, None)
        if names is not None and not callable(names):
            return [str(name) for name in names]
    return None


def _first(data: Any, name: str) -> Any:
    values = _values(data, name)
    try:
        return next(iter(values), None)
    except TypeError:
        return None


def _values(data: Any, name: str) -> Any:
    try:
        return data[name]
    except (KeyError, IndexError, TypeError) as error:
        raise BadInput(f"there is no column '{name}'") from error


def _is_class(target: Any) -> bool:
    """Whether *target* tells classes apart, not amounts."""
    values = list(target)[:10_000]
    if any(isinstance(value, str | bool) for value in values[:LOOKED_AT]):
        return True
    different = len({float(value) for value in values})
    whole = all(float(value).is_integer() for value in values[:1000])
    return whole and different <= min(FEW_CLASSES, max(2, len(values) // 2))


def _is_texts(data: Any) -> bool:
    if isinstance(data, str):
        return True
    values = list(data[:LOOKED_AT]) if isinstance(data, Sequence) or hasattr(data, "iloc") else []
    return bool(values) and all(isinstance(value, str) for value in values)


def _is_image(data: Any) -> bool:
    return type(data).__module__.startswith("PIL.")
