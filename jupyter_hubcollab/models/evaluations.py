"""What evaluations left in a revision: results by example, and the ``.eval_results/*.yaml`` of the Hugging Face Hub."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import BadInput
from . import examples
from .metrics import Measured

if TYPE_CHECKING:
    from ..hub.files import Entry

RESULTS = ".eval_results/"
MOST_FILES = 50
LARGEST_RESULT = 1 << 20


class ByExample(msgspec.Struct, frozen=True):
    """A file with the scores of a metric by example."""

    path: str
    metric: str
    dataset: str | None
    split: str | None
    content: str
    """Names the bytes."""


Read = Callable[["Entry"], bytes]


def by_example(entries: Iterable[Entry]) -> list[ByExample]:
    """The files with results by example."""
    found = []
    for entry in entries:
        about = examples.about(entry.path)
        if about is not None and not entry.is_dir and entry.size <= examples.LARGEST:
            content = entry.digest or entry.oid
            found.append(ByExample(entry.path, about.metric, about.dataset, about.split, content))
    return found[:MOST_FILES]


def measured(entries: list[Entry], read: Read) -> list[Measured]:
    """The numbers that evaluations left; what cannot be read is passed over."""
    by_path = {entry.path: entry for entry in entries}
    found: list[Measured] = []
    for one in by_example(entries):
        try:
            mean = examples.mean(examples.read(one.path, read(by_path[one.path])))  # type: ignore[index]
        except BadInput:
            continue
        if mean is not None:
            found.append(Measured(one.metric, mean, one.dataset, one.split, source="evaluation"))
    for entry in entries:
        is_result = entry.path.startswith(RESULTS) and entry.path.endswith((".yaml", ".yml"))
        if is_result and not entry.is_dir and entry.size <= LARGEST_RESULT:
            found += _results(read(entry))
    return found


def _results(content: bytes) -> Iterator[Measured]:
    """Entries as `huggingface_hub.EvalResultEntry` writes them."""
    import yaml

    try:
        listed = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError, RecursionError):
        return
    for entry in listed if isinstance(listed, list) else []:
        about: Any = entry.get("dataset") if isinstance(entry, dict) else None
        value = entry.get("value") if isinstance(entry, dict) else None
        if isinstance(about, dict) and isinstance(value, int | float) and not isinstance(value, bool):
            name, dataset = str(about.get("task_id") or "score")[:200], about.get("id")
            yield Measured(name, float(value), str(dataset) if dataset else None, None, source="evaluation")
