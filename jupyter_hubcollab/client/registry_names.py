"""Names with a slash in MLflow's URIs: ``models:/team/digits@champion``, ``models:/team/digits/3``.

MLflow 3 takes the part before the first slash for the name, and the rest for a stage. `understand` teaches its two
functions that take such URIs apart the hub's names, for as long as the registry is the hub; everywhere else they do
what they did. Without it ``models:/team--digits/3`` says the same.
"""

from __future__ import annotations

import sys
from typing import Any

_SUFFIXES = ("latest", "none", "staging", "production", "archived")
SCHEMES = ("models", "prompts")


def two_parts(path: list[str]) -> tuple[str, list[str]] | None:
    """The hub's name at the start of *path*, with its alias if it has one, and the rest; None if MLflow's rules hold.

    >>> two_parts(["team", "digits@champion"])
    ('team--digits@champion', [])
    >>> two_parts(["team", "digits", "3", "MLmodel"])
    ('team--digits', ['3', 'MLmodel'])
    >>> two_parts(["digits", "3"])
    """
    if len(path) < 2 or "@" in path[0] or "--" in path[0]:
        return None
    name = path[1]
    if name.isdigit() or name.lower() in _SUFFIXES or ("@" not in name and len(path) < 3):
        return None
    return f"{path[0]}--{name}", path[2:]


def rewritten(uri: str) -> str:
    """*uri* as MLflow understands it."""
    head = "models:/"
    if not uri.startswith(head) or uri.startswith("models://"):
        return uri
    found = two_parts(uri.removeprefix(head).rstrip("/").split("/"))
    return uri if found is None else head + "/".join((found[0], *found[1]))


def is_ours() -> bool:
    """Is the hub MLflow's registry now?"""
    from mlflow.tracking._model_registry.utils import _get_registry_uri_from_context

    return str(_get_registry_uri_from_context() or "").startswith("hubcollab:")


def understand() -> None:
    """Teach MLflow the hub's names; a second time does nothing."""
    from mlflow.store.artifact import models_artifact_repo as artifacts
    from mlflow.store.artifact.utils import models as uris

    parse = uris._parse_model_uri
    if getattr(parse, "knows_the_hub", False):
        return

    def parse_model_uri(uri: str, scheme: str = "models") -> Any:
        return parse(rewritten(str(uri)) if is_ours() else uri, scheme)

    parse_model_uri.knows_the_hub = True  # type: ignore[attr-defined]
    module: Any = artifacts
    repository = module.ModelsArtifactRepository
    split = repository.split_models_uri
    uris._parse_model_uri = parse_model_uri
    module._parse_model_uri = parse_model_uri
    repository.split_models_uri = staticmethod(lambda uri: split(rewritten(uri) if is_ours() else uri))
    _allow_slashes()


def _allow_slashes() -> None:
    """MLflow's client refuses a slash in a name before it asks the registry, which is the one to judge."""
    from mlflow.utils import validation

    check = validation._validate_model_name

    def check_name(model_name: str) -> None:
        check(model_name.replace("/", "--", 1) if isinstance(model_name, str) and is_ours() else model_name)

    validation._validate_model_name = check_name
    client: Any = sys.modules.get("mlflow.tracking.client")
    if getattr(client, "_validate_model_name", None) is check:
        client._validate_model_name = check_name
