"""From the files of a version to something that predicts.

Unlike ``client.loading`` it trusts the files: it runs where nothing is to be had, beside the repo's own code.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Predict = Callable[[Any], Any]
"""One input to one output."""


def load(folder: Path) -> Any:
    """The model in *folder*.

    Raises:
        LookupError: nothing here knows this kind of model.
    """
    flavors = _flavors(folder)
    if "sklearn" in flavors:
        return _load_file(folder / str(flavors["sklearn"].get("pickled_model", "model.skops")))
    if flavors:
        import mlflow.pyfunc

        return mlflow.pyfunc.load_model(str(folder))
    if (folder / "config.json").is_file() and any(folder.glob("*.safetensors")):
        from transformers import AutoModel

        return AutoModel.from_pretrained(folder)
    alone = [file for file in sorted(folder.iterdir()) if file.suffix in (".skops", ".joblib", ".pkl")]
    if len(alone) != 1:
        raise LookupError("nothing here knows how to load this model; let a function of your own (python:) measure it")
    return _load_file(alone[0])


def _flavors(folder: Path) -> dict[str, dict[str, Any]]:
    described = folder / "MLmodel"
    if not described.is_file():
        return {}
    import yaml

    found = yaml.safe_load(described.read_text(encoding="utf-8"))
    flavors = found.get("flavors") if isinstance(found, dict) else None
    return {str(name): one for name, one in flavors.items() if isinstance(one, dict)} if flavors else {}


def _load_file(file: Path) -> Any:
    if file.suffix == ".skops":
        import skops.io

        return skops.io.load(file, trusted=skops.io.get_untrusted_types(file=file))
    try:
        import joblib
    except ImportError:
        import pickle

        with file.open("rb") as opened:
            return pickle.load(opened)  # noqa: S301 -- see above
    return joblib.load(file)


def predictor(model: Any) -> Predict:
    """What gives the output for one input, as plain JSON values."""
    call = model.predict if callable(getattr(model, "predict", None)) else model

    def predict(given: Any) -> Any:
        found = plain(call(batch([given])))
        return found[0] if isinstance(found, list) and len(found) == 1 else found

    return predict


def batch(inputs: list[Any]) -> Any:
    """Inputs as libraries take them: rows with names as a table, texts as a list, numbers as an array."""
    if isinstance(inputs[0], dict):
        import pandas

        return pandas.DataFrame(inputs)
    if isinstance(inputs[0], str):
        return inputs
    import numpy

    return numpy.asarray(inputs)


def table_of(model: Any, rows: Any) -> Any:
    """Columns of a table as *model* was trained on them."""
    names = getattr(model, "feature_names_in_", None)
    if names is not None:
        return rows[list(names)]
    if type(model).__module__.startswith("mlflow."):
        return rows
    if rows.shape[1] == 1 and rows.dtypes.iloc[0].kind not in "biufc":
        return rows.iloc[:, 0].tolist()
    return rows.to_numpy()


def plain(value: Any) -> Any:
    """*value* as JSON has it."""
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return value.to_dict(orient="records")
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
