"""jupyter_hubcollab: co-edited notebooks, shared experiments and a model hub in one JupyterLab."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import (
        Compared,
        Diff,
        ExamplesDiff,
        ExamplesTable,
        Keep,
        LinkedData,
        Publication,
        Reproduction,
        Resumed,
        Reviews,
        SearchResults,
        Variants,
        Verdict,
        Versions,
        Workspace,
        alias,
        callback,
        catalogue,
        checkpoint,
        checkpoints,
        compare,
        compare_examples,
        diff,
        download,
        examples,
        expect,
        fits,
        gates,
        judge,
        linked_data,
        load,
        merge_weights,
        panel,
        promote,
        publish,
        reproduce,
        resume,
        review,
        reviews,
        search,
        similar,
        unexpect,
        variants,
        versions,
        workspace,
    )

try:
    from ._version import __version__
except ImportError:  # a source tree that was never installed
    __version__ = "0.0.0.dev0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-hubcollab"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .app import HubCollab

    return [{"module": "jupyter_hubcollab", "app": HubCollab}]


__all__ = [
    "Compared",
    "Diff",
    "ExamplesDiff",
    "ExamplesTable",
    "Keep",
    "LinkedData",
    "Publication",
    "Reproduction",
    "Resumed",
    "Reviews",
    "SearchResults",
    "Variants",
    "Verdict",
    "Versions",
    "Workspace",
    "alias",
    "callback",
    "catalogue",
    "checkpoint",
    "checkpoints",
    "compare",
    "compare_examples",
    "diff",
    "download",
    "examples",
    "expect",
    "fits",
    "gates",
    "judge",
    "linked_data",
    "load",
    "merge_weights",
    "panel",
    "promote",
    "publish",
    "reproduce",
    "resume",
    "review",
    "reviews",
    "search",
    "similar",
    "unexpect",
    "variants",
    "versions",
    "workspace",
]


def __getattr__(name: str) -> Any:
    # The server imports this package too, and need not pay for the notebook API.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import client

    return getattr(client, name)


class _Package(ModuleType):
    """``hub.catalogue(…)`` is a call of the notebook API, although a package of the server has the same name."""

    def __setattr__(self, name: str, value: Any) -> None:
        # The import of that package would put it in the place of the call.
        if not (name == "catalogue" and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


def load_ipython_extension(ipython: Any) -> None:
    """``%load_ext jupyter_hubcollab``: the magic ``%hub``."""
    from .client.magics import register

    register(ipython)
