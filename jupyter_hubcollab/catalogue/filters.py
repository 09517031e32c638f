"""Conditions, applied to all documents at once: met, unknown, or violated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from .columns import Columns, plain
from .conditions import ABOUT, COMPARING, Condition
from .reading import NO_FRACTIONS
from .text import stem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Marks = NDArray[np.int8]
    Bools = NDArray[np.bool_]

_VERSION = re.compile(r"v?\d+\w{0,4}$")
_SMALL_NAMES = tuple(stem(word) for word in ("small", "tiny", "mini", "nano", "lite", "mobile", "mobilenet"))
_LARGE_NAMES = tuple(stem(word) for word in ("large", "xlarge", "xl", "xxl", "huge", "giant"))
MET, UNKNOWN, VIOLATED = np.int8(1), np.int8(0), np.int8(-1)
TOLD_BY_THE_NAME = ("word", "tag", "base")
"""Fields about which every model says something."""
BYTES_A_PARAMETER = 2.0
"""Half precision, in which models are usually loaded."""
LEAST_BYTES_A_PARAMETER = 0.25
"""At two bits: nobody's files are smaller, so what has more parameters is too large though its size is not told."""
_ROOM = 0.8
"""Share of a memory that the weights may take."""
_FIXED = {
    "params": "parameters",
    "size": "size",
    "downloads": "downloads",
    "likes": "likes",
    "updated": "updated",
    "stars": "stars",
}
_DEVICES: dict[str, tuple[tuple[str, ...], tuple[str, ...], float, float]] = {
    "phone": (
        ("tflite", "litert", "coreml", "qai-hub-models", "coral"),
        ("mobile", "on-device", "phone", "lite"),
        100e6,
        3e9,
    ),
    "edge": (
        ("tflite", "litert", "coral", "qai-hub-models"),
        ("on-device", "iot", "mobile", "coral", "lite"),
        50e6,
        3e9,
    ),
    "cpu": (
        ("sklearn", "onnx", "openvino", "tflite", "gguf", "spacy", "fasttext", "stanza", "xgboost", "lightgbm"),
        ("cpu",),
        500e6,
        10e9,
    ),
    "browser": (("tfjs", "transformers.js"), ("tfjs", "transformers.js", "browser"), 50e6, 1e9),
    "small": ((), (), 500e6, 330e6),
}
"""Libraries and tags that say so; size in bytes up to which it runs well; parameters from which it does not."""


_FRAMEWORKS = {"pytorch": ("pytorch", "torch"), "tensorflow": ("tf", "tensorflow"), "jax": ("jax", "flax")}
"""Tags that say in which framework the weights of a library are that knows several."""
_OF_SEVERAL = ("transformers", "diffusers", "sentence-transformers", "adapters", "peft", "timm", "generic")


def marks(condition: Condition, columns: Columns) -> Marks:
    """For each document whether it meets *condition*."""
    if condition.op in COMPARING:
        return _compared(condition, columns)
    if condition.field == "device":
        return _on_device(condition.values[0], columns)
    having = columns.having(condition.field, *condition.values)
    if condition.op == "-":
        having = having | _also_called(condition, columns)
    known = columns.alive if condition.field in TOLD_BY_THE_NAME else columns.known(condition.field)
    if condition.op == "-":
        return np.where(having, VIOLATED, np.where(known, MET, UNKNOWN))
    found = np.where(having, MET, np.where(known, VIOLATED, UNKNOWN))
    if condition.field == "language":
        # A multilingual model may know it; its card does not say which languages it has.
        found[~having & columns.having("language", "multilingual", "multi")] = UNKNOWN
    if condition.field == "dataset":
        found[found == VIOLATED] = UNKNOWN
    if condition.field == "library":
        # Files in its format, as in a copy for llama.cpp, may be all that is wanted of it.
        found[(found == VIOLATED) & columns.having("tag", *condition.values)] = UNKNOWN
        _framed(condition.values, columns, found)
    return found


def _also_called(condition: Condition, columns: Columns) -> Bools:
    """Who wants no YOLO wants no YOLOv8 either; who wants nothing multilingual looks at names as well."""
    if condition.field == "language" and "multilingual" in condition.values:
        return columns.having("word", stem("multilingual"))
    if condition.field != "word":
        return np.zeros(len(columns.alive), np.bool_)
    versions = (
        word for value in condition.values for word in columns.begun("word", value) if _VERSION.match(word, len(value))
    )
    return columns.having("word", *versions)


def _framed(libraries: tuple[str, ...], columns: Columns, found: Marks) -> None:
    """Who wants PyTorch may take what another library made with PyTorch, and what does not say with what."""
    tags = [tag for name in libraries for tag in _FRAMEWORKS.get(name, ())]
    if not tags:
        return
    any_framework = columns.having("tag", *(tag for each in _FRAMEWORKS.values() for tag in each))
    found[columns.having("library", *_OF_SEVERAL) & ~any_framework & (found == VIOLATED)] = UNKNOWN
    found[columns.having("tag", *tags)] = MET


def _compared(condition: Condition, columns: Columns) -> Marks:
    values = _values(condition, columns)
    with np.errstate(invalid="ignore"):
        match condition.op:
            case "~":
                met = (values <= condition.number * ABOUT) & (values >= condition.number / ABOUT)
            case "<=":
                met = values <= condition.number
            case _:
                met = values >= condition.number
    found = np.where(np.isnan(values), UNKNOWN, np.where(met, MET, VIOLATED))
    if condition.field == "size" and condition.op != ">=":
        least = columns.numbers["parameters"] * np.float32(LEAST_BYTES_A_PARAMETER)
        found[np.isnan(values) & (least > condition.number)] = VIOLATED
    return found


def _values(condition: Condition, columns: Columns) -> NDArray[np.float32]:
    if condition.field.startswith("metric."):
        metric = plain(condition.field.removeprefix("metric."))
        values = columns.lowest(metric) if condition.op == "<=" else columns.highest(metric)
        fractions = condition.number <= 1 and metric not in NO_FRACTIONS
        return np.where(values > 1, values / 100, values) if fractions else values
    parameters, size = columns.numbers["parameters"], columns.numbers["size"]
    if condition.field == "memory":
        needed = parameters * np.float32(BYTES_A_PARAMETER)
        filled = np.where(np.isnan(size), needed, size) / np.float32(_ROOM)
        return filled.astype(np.float32)
    return (
        columns.numbers[_FIXED[condition.field]]
        if condition.field in _FIXED
        else np.full(len(size), np.nan, np.float32)
    )


def _on_device(device: str, columns: Columns) -> Marks:
    if device not in _DEVICES:
        return np.zeros(len(columns.alive), np.int8)
    libraries, tags, small, huge = _DEVICES[device]
    size, parameters = columns.numbers["size"], columns.numbers["parameters"]
    with np.errstate(invalid="ignore"):
        fits = (size <= small) | (np.isnan(size) & (parameters * BYTES_A_PARAMETER <= small))
        too_big = (parameters >= huge) | (size >= huge * BYTES_A_PARAMETER)
    met = columns.having("library", *libraries) | columns.having("tag", *tags) | fits
    if device == "small":
        met = met | columns.having("word", *_SMALL_NAMES)
        too_big = too_big | columns.having("word", *_LARGE_NAMES)
    return np.where(met & ~too_big, MET, np.where(too_big, VIOLATED, UNKNOWN)).astype(np.int8)


def allowed(conditions: list[tuple[Condition, Marks]], among: Bools) -> Bools:
    """Documents *among* the given that violate no condition that was meant."""
    for condition, found in conditions:
        if not condition.guessed:
            among = among & (found != VIOLATED)
    return among
