"""What a checkpoint has beside its tensors, so that a version made of it is loaded through its library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..errors import Unsaveable
from ..names import CONFIG_FILE, GENERATION_FILE, SKOPS_FILE
from .estimators import copied, written

Form = Callable[[], Mapping[str, bytes]]
"""Gives files by name, in whichever thread: those of the model as it was when it was asked for its form."""


def form_of(model: Any, processor: Any = None) -> Form:
    """The settings of a model of transformers and the files of its *processor*; a model of scikit-learn itself.

    *processor* prepares its inputs: a tokenizer, or whatever else has `save_pretrained`. Of other models, nothing.
    Of a model of scikit-learn a copy is taken, and written later: a forest of 100 trees is copied in 5 to 50 ms and
    written in 250 ms.
    """
    libraries = {kind.__module__.partition(".")[0] for kind in type(model).__mro__}
    if "transformers" in libraries:
        # All at once: a tokenizer that is read in one thread refuses to work in another one.
        settings = _prepared(processor) | _settings(model)
        return lambda: settings
    return _estimator(model) if "sklearn" in libraries else dict


def _settings(model: Any) -> dict[str, bytes]:
    found: dict[str, Any] = {
        CONFIG_FILE: getattr(model, "config", None),
        GENERATION_FILE: getattr(model, "generation_config", None),
    }
    return {name: one.to_json_string().encode() for name, one in found.items() if hasattr(one, "to_json_string")}


def _prepared(processor: Any) -> dict[str, bytes]:
    if not hasattr(processor, "save_pretrained"):
        return {}
    with TemporaryDirectory(prefix="hubcollab-") as folder:
        processor.save_pretrained(folder)
        files = [file for file in Path(folder).rglob("*") if file.is_file()]
        return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def _estimator(model: Any) -> Form:
    """Nothing where it cannot be written: a checkpoint of the tensors alone is better than none."""
    try:
        as_it_is = copied(model)
    except Unsaveable:
        return dict
    return lambda: _skops(as_it_is)


def _skops(model: Any) -> dict[str, bytes]:
    try:
        return {SKOPS_FILE: written(model).content}
    except Unsaveable:
        return {}
