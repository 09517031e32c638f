"""From a snapshot to the model object, without running what the files say."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import HubError, NotSupported, UnsafeFile
from ..names import CONFIG_FILE, DEFAULT_BRANCH, SKOPS_FILE, TENSOR_FOLDER, repo_id
from ..wire import UseGiven
from .addresses import of_repo
from .connection import Connection, connect
from .downloads import Snapshot, parted, snapshot
from .trees import check
from .trusted import distrusted

# MLflow's transformers flavor is not among them: it runs a repo's own code without asking.
_LOADED_BY_MLFLOW = ("pytorch", "xgboost", "lightgbm", "onnx")

_IN_OTHER_PRECISION = re.compile(r"\.(fp16|bf16|fp32|fp8|int8)(?:-\d{5}-of-\d{5})?\.(?:safetensors|bin)$")

_SHARD_AND_ENDING = re.compile(r"(?:-\d{5}-of-\d{5})?\.[^.]+$")

_CODE = (
    *(".pkl", ".pickle", ".joblib", ".dill", ".cloudpickle"),
    *(".pt", ".pt2", ".pth", ".ckpt", ".bin", ".npy", ".npz", ".keras", ".h5"),
)
"""Endings of files that can run code; such a file is loaded if the hub has looked it through and found it safe."""


def load(
    repo: str,
    *,
    revision: str | None = None,
    variant: str | None = None,
    trust: bool = False,
    connection: Connection | None = None,
    cache: Path | None = None,
) -> Any:
    """The model *repo* at *revision* (a version, alias, branch or commit; else the newest).

    ``load("team/digits@champion")`` is short for ``load("team/digits", revision="champion")``.

    *variant* is the precision of the weights, as in ``fp16``; `variants` tells which there are.

    With *trust*, pickles and code in it may run; say so only of people whom you would let type on your keyboard.

    Raises:
        UnsafeFile: it cannot be loaded without running code, and *trust* was not said.
        NotSupported: nothing here knows this kind of model; `download` gives its files.
    """
    found = snapshot(repo, revision=revision, leave=_others(variant), connection=connection, cache=cache)
    flavors = _flavors(found.path)
    if not trust:
        _refuse_files(repo, found)
        _refuse_flavors(repo, flavors)
    model = _loaded(repo, found.path, flavors) if variant is None else _load_variant(repo, found.path, variant)
    _tell(repo, revision, connection)
    return model


def _others(variant: str | None) -> Callable[[set[str]], set[str]]:
    """Which weights are not needed: those in other precisions, where the model is there without them."""

    def unneeded(paths: set[str]) -> set[str]:
        labelled = {path: found for path in paths if (found := _IN_OTHER_PRECISION.search(path)) is not None}
        kept = {path[: found.start()] for path, found in labelled.items() if found[1] == variant}
        plain = {_SHARD_AND_ENDING.sub("", path) for path in paths - labelled.keys()}
        others = {path: path[: found.start()] for path, found in labelled.items() if found[1] != variant}
        return {path for path, name in others.items() if name in kept | plain}

    return unneeded


def _load_variant(repo: str, folder: Path, variant: str) -> Any:
    files = sorted(folder.glob(f"*.{variant}*.safetensors"))
    if not files:
        raise NotSupported(f'{repo} has no {variant} weights; hub.variants("{repo}") tells what it has')
    if (folder / CONFIG_FILE).is_file():
        return _load_transformers(folder, variant=variant, torch_dtype="auto")
    return {name: tensor for file in files for name, tensor in _load_tensors(file).items()}


def _tell(repo: str, revision: str | None, connection: Connection | None) -> None:
    """Let the hub know in which notebook the model is used; nobody waits for a hub that does not want to know."""
    name, at = parted(repo, revision)
    id = repo_id(name)
    given = UseGiven(revision=at or DEFAULT_BRANCH, notebook=os.environ.get("HUBCOLLAB_NOTEBOOK") or None)
    with suppress(HubError):
        (connection or connect()).note(f"{of_repo(id)}/usage", given)


def _refuse_files(repo: str, found: Snapshot) -> None:
    for file in found.files:
        if file.safety == "unsafe" or (file.path.lower().endswith(_CODE) and file.safety != "safe"):
            why = f" ({file.safety_note})" if file.safety_note else ""
            raise _unsafe(repo, f"{repo} has {file.path}, which runs code when it is loaded{why}")


def _refuse_flavors(repo: str, flavors: dict[str, dict[str, Any]]) -> None:
    """MLflow imports what an MLmodel names: folders of code, classes, modules. No safe format needs any of it."""
    for name, flavor in flavors.items():
        if flavor.get("code"):
            raise _unsafe(repo, f"{repo} brings Python code along ({flavor['code']}), which MLflow would import")
        made_by = str(flavor.get("model_class", name))
        if name in _LOADED_BY_MLFLOW and made_by.partition(".")[0] != name:
            raise _unsafe(repo, f"{repo} names the class {made_by}, which is not part of {name}")
    if "pytorch" in flavors and flavors["pytorch"].get("serialization_format") != "pt2":
        raise _unsafe(repo, f"{repo} is a pickle of torch, which runs code when it is loaded")


def _unsafe(repo: str, why: str) -> UnsafeFile:
    return UnsafeFile(f'{why}. If you trust its authors, say hub.load("{repo}", trust=True)')


def _loaded(repo: str, folder: Path, flavors: dict[str, dict[str, Any]]) -> Any:
    if "sklearn" in flavors:
        return _load_sklearn(folder, flavors["sklearn"])
    for name in _LOADED_BY_MLFLOW:
        if name in flavors:
            return _load_flavor(name, folder)
    if (folder / CONFIG_FILE).is_file() and any(folder.glob("*.safetensors")):
        return _load_transformers(folder)
    alone = [file for file in sorted(folder.iterdir()) if file.suffix in _ALONE]
    if len(alone) == 1:
        return _ALONE[alone[0].suffix](alone[0])
    tensors = sorted((folder / TENSOR_FOLDER).glob("*.safetensors"))
    if tensors:  # a checkpoint of a model whose library has no form without code
        return {name: tensor for file in tensors for name, tensor in _load_tensors(file).items()}
    raise NotSupported(f'nothing here knows how to load {repo}; hub.download("{repo}") gives its files')


def _flavors(folder: Path) -> dict[str, dict[str, Any]]:
    described = folder / "MLmodel"
    if not described.is_file():
        return {}
    import yaml

    found = yaml.safe_load(described.read_text(encoding="utf-8"))
    flavors = found.get("flavors") if isinstance(found, dict) else None
    if not isinstance(flavors, dict):
        return {}
    return {str(name): flavor for name, flavor in flavors.items() if isinstance(flavor, dict)}


def _load_sklearn(folder: Path, flavor: dict[str, Any]) -> Any:
    file = folder / str(flavor.get("pickled_model", SKOPS_FILE))
    if file.resolve().parent != folder.resolve():
        raise UnsafeFile("its MLmodel names a file outside of the model")
    if file.suffix == ".skops" or flavor.get("serialization_format") == "skops":
        return _load_skops(file)
    import mlflow.sklearn

    return mlflow.sklearn.load_model(str(folder))


def _load_skops(file: Path) -> Any:
    """MLflow would believe the list of trusted types in the model itself; we believe our own."""
    import skops.io

    needed = skops.io.get_untrusted_types(file=file)
    foreign = distrusted(needed)
    if foreign:
        raise UnsafeFile(f"{file.name} restores {', '.join(foreign[:5])}, which is not known to be harmless")
    try:
        model = skops.io.load(file, trusted=needed)
    except (AttributeError, IndexError, OverflowError, TypeError, ValueError) as error:
        raise NotSupported(
            f"{file.name} does not fit the libraries here ({error}); it is damaged, or a version of scikit-learn wrote "
            "it that this one does not read: its card or requirements.txt names the version to install"
        ) from error
    check(model, file.name)
    return model


def _load_flavor(name: str, folder: Path) -> Any:
    from importlib import import_module

    try:
        flavor: Any = import_module(f"mlflow.{name}")
    except ImportError as error:
        raise NotSupported(f"this is a model of {name}, which is not installed here; pip install it first") from error
    return flavor.load_model(str(folder))


def _load_transformers(folder: Path, **options: Any) -> Any:
    try:
        from transformers import AutoModel
    except ImportError as error:
        raise NotSupported("this is a model of transformers; pip install transformers, then load it again") from error
    return AutoModel.from_pretrained(folder, trust_remote_code=False, **options)


def _load_tensors(file: Path) -> Any:
    try:
        from safetensors.numpy import load_file
    except ImportError as error:
        raise NotSupported("these are safetensors; pip install safetensors, then load it again") from error
    return load_file(file)


def _load_joblib(file: Path) -> Any:
    import joblib

    return joblib.load(file)


_ALONE = {
    ".skops": _load_skops,
    ".safetensors": _load_tensors,
    ".joblib": _load_joblib,
    ".pkl": _load_joblib,
}
"""How the one model file of a repo without MLmodel is read."""
