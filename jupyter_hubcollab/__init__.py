"""jupyter_hubcollab: co-edited notebooks, shared experiments and a model hub in one JupyterLab."""

from __future__ import annotations

from typing import Any

try:
    from ._version import __version__
except ImportError:  # a source tree that was never installed
    __version__ = "0.0.0.dev0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-hubcollab"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .app import HubCollab

    return [{"module": "jupyter_hubcollab", "app": HubCollab}]
