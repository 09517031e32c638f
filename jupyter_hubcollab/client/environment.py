"""Which packages a model needs: those that are imported now, with the versions that are installed now.

MLflow finds this out by loading the model in a process of its own, which takes ten seconds; this takes a fifth of one.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib import metadata

_NOT_THE_MODELS = frozenset(
    (
        *("jupyter-hubcollab", "pip", "setuptools", "wheel", "uv"),
        *(
            "ipykernel",
            "ipython",
            "ipywidgets",
            "comm",
            "debugpy",
            "jupyter-client",
            "jupyter-core",
            "traitlets",
            "pyzmq",
        ),
        *(
            "matplotlib-inline",
            "pytest",
            "pluggy",
            "coverage",
            "httpx",
            "httpcore",
            "gitpython",
            "gitdb",
            "nest-asyncio",
        ),
    )
)


def python_version() -> str:
    """As in ``3.11.7``."""
    return platform.python_version()


def imported_packages() -> dict[str, str]:
    """Distributions of which a module is imported now, and their versions, by name."""
    by_module = _distributions()
    found: dict[str, str] = {}
    for module in {name.partition(".")[0] for name in list(sys.modules)}:
        for distribution in by_module.get(module, ()):
            found[distribution] = metadata.version(distribution)
    return dict(sorted(found.items(), key=lambda pair: pair[0].lower()))


def requirements(modules: Iterable[str]) -> list[str]:
    """Pinned requirements for what provides *modules*, and for the number crunching below it."""
    by_module = _distributions()
    wanted = ("mlflow", *modules, "numpy", "scipy", "pandas", "skops", "cloudpickle")
    names: dict[str, str] = {}
    for module in wanted:
        if module in sys.modules or module in modules:
            for distribution in by_module.get(module, ()):
                if distribution.lower() not in _NOT_THE_MODELS and distribution not in (
                    "mlflow-tracing",
                    "mlflow-skinny",
                ):
                    names[distribution] = metadata.version(distribution)
    return [f"{name}=={version}" for name, version in names.items()]


@lru_cache(maxsize=1)
def _distributions() -> dict[str, list[str]]:
    return {module: sorted(set(names)) for module, names in metadata.packages_distributions().items()}
