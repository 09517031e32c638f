"""How a model of each library is written: by its MLflow flavor, in a format that runs no code when it is read."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..errors import Unsaveable
from ..names import SKOPS_FILE
from .environment import requirements
from .estimators import written
from .packing import pack

if TYPE_CHECKING:
    from collections.abc import Iterator

Format = Literal["safe", "pickle"]
PICKLE_WARNING = (
    "this model is saved as a pickle: whoever loads it runs what is in it, so others must say trust=True. "
    "Leave out format='pickle' to save it in a safe format."
)


@dataclass(frozen=True, slots=True)
class Wish:
    """How the user wants it saved."""

    format: Format
    example: Any


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written: a library as model cards name it, a task, and how many numbers the model has."""

    library: str | None
    task: str | None
    parameters: int | None


Save = Callable[[Any, Path, Wish], Saved]


def save(model: object, folder: Path, wish: Wish) -> Saved:
    """Write *model* to *folder*, which must not exist yet.

    Raises:
        Unsaveable: no known library made it, or its library cannot write it.
    """
    for library, writer in _WRITERS.items():
        if any(kind.__module__.partition(".")[0] == library for kind in type(model).__mro__):
            if wish.format == "pickle" and library in _PICKLED:
                warnings.warn(PICKLE_WARNING, UserWarning, stacklevel=4)
            with _quiet():
                return writer(model, folder, wish)
    raise Unsaveable(
        f"a {type(model).__module__}.{type(model).__qualname__} is no model that can be saved. Publish a model of "
        f"{', '.join(sorted(set(_NAMES.values())))}, or the path of a file or folder that you saved yourself"
    )


def _save_sklearn(model: Any, folder: Path, wish: Wish) -> Saved:
    import mlflow.sklearn

    options = _options(("sklearn",), model, wish)
    if wish.format == "pickle":
        _written(lambda: mlflow.sklearn.save_model(model, folder, serialization_format="cloudpickle", **options), model)
    else:
        types = written(model).types
        _written(
            lambda: mlflow.sklearn.save_model(
                model, folder, serialization_format="skops", skops_trusted_types=types, **options
            ),
            model,
        )
        pack(folder / SKOPS_FILE)
    return Saved("sklearn", _sklearn_task(model), None)


def _save_torch(model: Any, folder: Path, wish: Wish) -> Saved:
    """Weights as safetensors where the model knows how to be rebuilt; else MLflow's own way, which is a pickle."""
    if hasattr(model, "save_pretrained"):
        return _save_transformers(model, folder, wish)
    import mlflow.pytorch

    count = sum(int(one.numel()) for one in model.parameters()) if hasattr(model, "parameters") else None
    options = _options(("torch",), None, wish)
    if wish.format == "pickle":
        _written(lambda: mlflow.pytorch.save_model(model, folder, serialization_format="pickle", **options), model)
    elif wish.example is None:
        raise Unsaveable(
            "torch exports a model as a graph and needs an input for it: pass example=, or publish a folder with "
            "safetensors that you saved yourself"
        )
    else:
        _written(lambda: mlflow.pytorch.save_model(model, folder, serialization_format="pt2", **options), model)
    return Saved("pytorch", None, count)


def _save_transformers(model: Any, folder: Path, wish: Wish) -> Saved:  # noqa: ARG001 -- always safetensors
    _written(lambda: model.save_pretrained(folder, safe_serialization=True), model)
    count = model.num_parameters() if hasattr(model, "num_parameters") else None
    return Saved("transformers", None, count)


def _save_by_flavor(name: str, library: str) -> Save:
    def write(model: Any, folder: Path, wish: Wish) -> Saved:
        flavor: Any = importlib.import_module(f"mlflow.{name}")
        _written(lambda: flavor.save_model(model, folder, **_options((name,), model, wish)), model)
        return Saved(library, None, None)

    return write


_WRITERS: Mapping[str, Save] = {
    "transformers": _save_transformers,
    "xgboost": _save_by_flavor("xgboost", "xgboost"),
    "lightgbm": _save_by_flavor("lightgbm", "lightgbm"),
    "onnx": _save_by_flavor("onnx", "onnx"),
    "torch": _save_torch,
    "sklearn": _save_sklearn,
}
"""By package; the first that a class of the model comes from."""

_PICKLED = ("torch", "sklearn")
"""Packages whose models are written as pickles on request."""

_NAMES = {name: name for name in _WRITERS} | {"sklearn": "scikit-learn"}


def _options(modules: tuple[str, ...], model: object, wish: Wish) -> dict[str, Any]:
    found: dict[str, Any] = {"pip_requirements": requirements(modules)}
    if wish.example is not None:
        from mlflow.models import infer_signature

        found["input_example"] = wish.example
        predict = getattr(model, "predict", None)
        if callable(predict):
            found["signature"] = infer_signature(wish.example, predict(wish.example))
    return found


def _written(write: Callable[[], object], model: object) -> None:
    try:
        write()
    except Exception as error:
        raise Unsaveable(
            f"this {type(model).__name__} could not be saved: {' '.join(str(error).split())[:400]}. "
            "Publish the path of files that you saved yourself instead"
        ) from error


def _sklearn_task(model: object) -> str | None:
    from sklearn.base import is_classifier, is_regressor

    if is_classifier(model):
        return "tabular-classification"
    return "tabular-regression" if is_regressor(model) else None


@contextmanager
def _quiet() -> Iterator[None]:
    """MLflow and skops warn about what we have decided on purpose, and about their own imports."""
    import logging

    log = logging.getLogger("mlflow")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(before)
