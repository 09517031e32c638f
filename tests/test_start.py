"""A server that starts, and a cell that imports, pay for nothing that nobody uses yet."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("sqlalchemy", "alembic", "pygit2", "numpy", "onnxruntime", "mlflow", "pycrdt", "jupyter_ydoc", "git", "torch")


def imported(modules: str) -> set[str]:
    """The top-level modules that are there after an import in a fresh interpreter."""
    code = f"import sys, {modules}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "modules",
    ["jupyter_hubcollab", "jupyter_hubcollab.app, jupyter_hubcollab.routes, jupyter_hubcollab.collab"],
    ids=["a cell", "a server"],
)
def test_nothing_heavy_is_imported_at_start(modules: str) -> None:
    """Index, git, models and rooms are imported when they are first used."""
    assert imported(modules).isdisjoint(HEAVY)


def test_a_cell_does_not_import_the_server() -> None:
    """The notebook API talks HTTP and needs none of the server's packages."""
    assert imported("jupyter_hubcollab").isdisjoint({"tornado", "jupyter_server", "traitlets", "msgspec", "httpx"})
