"""What one may choose in place of a condition: a little more or less, another license, the opposite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from .conditions import COMPARING, Condition
from .reading import NO_FRACTIONS, bounded, metric_limit, updated_since
from .taxonomy import title_of
from .terms import DEVICES, language_titles, licenses_for

_LADDER = (0.25, 0.5, 2.0, 4.0)
_SHARES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
_ERRORS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
_STARS = (3.0, 3.5, 4.0, 4.5)
_DAYS = (30, 183, 365, 730, 1825)
_LANGUAGES = ("en", "zh", "es", "fr", "de", "multilingual")
_LIBRARIES = ("transformers", "sentence-transformers", "sklearn", "onnx", "keras")
NEAR = 2
"""How many of a list of limits are offered on each side."""


def alternatives(condition: Condition) -> list[Condition]:
    """What may stand in place of *condition*; each is read from its key as the same condition."""
    offered = [*_compared(condition)] if condition.op in COMPARING else [*_opposite(condition), *_others(condition)]
    return [one for one in offered if one.key != condition.key]


def _compared(condition: Condition) -> Iterator[Condition]:
    field, number = condition.field, condition.number
    if field == "updated":
        today = datetime.now(UTC).timestamp() // 86400
        yield from (updated_since(int(today - days)) for days in _DAYS)
    elif field == "stars":
        yield from (bounded(field, condition.op, stars) for stars in _STARS)
    elif field.startswith("metric."):
        name = field.removeprefix("metric.")
        known = _ERRORS if condition.op == "<=" else _SHARES
        near = [number * step for step in _LADDER] if name in NO_FRACTIONS else _around(number, known)
        yield from (metric_limit(name, condition.op, one) for one in near)
    else:
        yield from (bounded(field, condition.op, number * step) for step in _LADDER)


def _around(number: float, known: tuple[float, ...]) -> list[float]:
    below = [one for one in known if one < number]
    return [*below[-NEAR:], *[one for one in known if one > number][:NEAR]]


def _opposite(condition: Condition) -> Iterator[Condition]:
    if condition.field in ("device", "task") or condition.guessed:
        return
    plain = condition.text.removeprefix("not ")
    if condition.op == "-":
        yield replace(condition, op=":", text=plain)
    else:
        yield replace(condition, op="-", text="a fine-tune" if condition.field == "base" else f"not {plain}")


def _others(condition: Condition) -> Iterator[Condition]:
    match condition.field:
        case "task":
            ids = [key.removeprefix("task:") for key in condition.alternatives]
            yield from (Condition("task", ":", (id,), text=title_of(id)) for id in ids)
        case "device":
            yield from (Condition("device", ":", (device,), text=text) for device, text in DEVICES.items())
        case "license":
            named = (("apache", "apache-2.0"), ("mit", "mit"), ("permissive license", "permissive"))
            yield from (Condition("license", ":", licenses_for(value), text=text) for text, value in named)
        case "language":
            yield from (Condition("language", ":", (code,), text=language_titles()[code]) for code in _LANGUAGES)
        case "library":
            yield from (Condition("library", ":", (name,), text=name) for name in _LIBRARIES)
