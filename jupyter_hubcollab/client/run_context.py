"""What MLflow writes on each run that a cell begins: who, notebook, cell, kernel and state of the user's project.

MLflow finds it through the entry point ``mlflow.run_context_provider``; no line of user code is needed. It does not
import MLflow, adds a few milliseconds, and never makes a run fail: what cannot be found out is left out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

NOTEBOOK_TAG = "hubcollab.notebook"
CELL_TAG = "hubcollab.cell"
KERNEL_TAG = "hubcollab.kernel"
USER_TAG = "hubcollab.user"
GIT_TAG = "hubcollab.git"

MOST_CHANGES = 50
GIT_AT_MOST_S = 2.0
_KERNEL = re.compile(r"kernel-([0-9a-f-]{36})\.json$")


class NotebookRunContext:
    """MLflow's plugin interface."""

    def in_context(self) -> bool:
        """Are we in a kernel that the hub started?"""
        return "HUBCOLLAB_URL" in os.environ

    def tags(self) -> dict[str, str]:
        """The tags of a run that begins now."""
        user = os.environ.get("HUBCOLLAB_USER")
        notebook = os.environ.get("HUBCOLLAB_NOTEBOOK")
        found = {
            USER_TAG: user,
            "mlflow.user": user,
            NOTEBOOK_TAG: notebook,
            "mlflow.source.name": notebook,
            CELL_TAG: cell_id(),
            KERNEL_TAG: kernel_id(),
            GIT_TAG: git_state(Path.cwd()),
        }
        return {name: value for name, value in found.items() if value}


def cell_id() -> str | None:
    """Id of the cell that runs: JupyterLab says it in the request's metadata."""
    kernel = _kernel()
    parent: Any = kernel.get_parent("shell") if kernel is not None else None
    cell = parent.get("metadata", {}).get("cellId") if isinstance(parent, dict) else None
    return cell if isinstance(cell, str) else None


def kernel_id() -> str | None:
    """Id of this kernel: the server names the connection file after it."""
    config = getattr(_kernel(), "config", {})
    file = config.get("IPKernelApp", {}).get("connection_file", "") or " ".join(sys.argv)
    found = _KERNEL.search(str(file))
    return found[1] if found else None


def _kernel() -> Any:
    # Only if IPython is there already: a plain script has no kernel, and need not pay for the import.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None)


def git_state(folder: Path) -> str | None:
    """Commit, branch and uncommitted changes of the project around *folder*, as JSON."""
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return None
    # One call of git tells it all; GitPython would take a second to import and start git several times.
    asked = ["git", "status", "--porcelain=v2", "--branch", "--untracked-files=no", "--ignore-submodules"]
    try:
        answer = subprocess.run(asked, cwd=folder, capture_output=True, timeout=GIT_AT_MOST_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return json.dumps(_read(answer.stdout.decode(errors="replace").splitlines()), ensure_ascii=False)


def _read(lines: list[str]) -> dict[str, object]:
    state: dict[str, object] = {}
    changes = []
    for line in lines:
        if line.startswith("# branch.oid ") and "(" not in line:
            state["commit"] = line.split(" ", 2)[2]
        elif line.startswith("# branch.head ") and "(" not in line:
            state["branch"] = line.split(" ", 2)[2]
        elif not line.startswith("#"):
            changes.append(line.split(" ", 8)[-1].split("\t")[0])
    return state | {"changes": changes[:MOST_CHANGES], "changed_files": len(changes)}
