"""What MLflow writes on each run that a cell begins: who, notebook and point in its history, cell, kernel, and
state of the user's project.

MLflow finds it through the entry point ``mlflow.run_context_provider``; no line of user code is needed. It does not
import MLflow, adds a few milliseconds, and never makes a run fail: what cannot be found out is left out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

from . import energy

NOTEBOOK_TAG = "hubcollab.notebook"
CELL_TAG = "hubcollab.cell"
KERNEL_TAG = "hubcollab.kernel"
USER_TAG = "hubcollab.user"
GIT_TAG = "hubcollab.git"
POINT_TAG = "hubcollab.point"

MOST_CHANGES = 50
CHANGES_AT_MOST_S = 0.5
POINT_AT_MOST_S = 1.0
_FIELDS_BEFORE_PATH = {"1": 8, "2": 9, "u": 10}
_KERNEL = re.compile(r"kernel-([0-9a-f-]{36})\.json$")


Git = Callable[[Path, list[str], float], "str | None"]


class NotebookRunContext:
    """MLflow's plugin interface."""

    def in_context(self) -> bool:
        """Are we in a kernel that the hub started?"""
        return "HUBCOLLAB_URL" in os.environ

    def tags(self) -> dict[str, str]:
        """The tags of a run that begins now."""
        if energy.COUNTRY in os.environ:
            energy.begun()
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
            POINT_TAG: point_now(notebook) if notebook else None,
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


def point_now(notebook: str) -> str | None:
    """The number of the notebook's newest edit, from the server with its history; None where nobody has it open."""
    address = f"{os.environ['HUBCOLLAB_URL']}/api/past/point?path={quote(notebook)}"
    headers = {"Authorization": f"Bearer {os.environ.get('HUBCOLLAB_TOKEN', '')}"}
    try:
        with urlopen(Request(address, headers=headers), timeout=POINT_AT_MOST_S) as answer:  # noqa: S310 -- our own
            number = json.loads(answer.read())["number"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(number) if isinstance(number, int) else None


def _kernel() -> Any:
    # Only if IPython is there already: a plain script has no kernel, and need not pay for the import.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None)


def _git(folder: Path, arguments: list[str], at_most_s: float) -> str | None:
    # Not even the index is written: another git may be at work.
    command = ["git", "--no-optional-locks", *arguments]
    try:
        answer = subprocess.run(
            command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=at_most_s, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.decode(errors="replace")


def git_state(folder: Path, ask: Git = _git) -> str | None:
    """Commit, branch and uncommitted changes of the project around *folder*, as JSON."""
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return None
    # One call of git tells it all; GitPython would take a second to import and start git several times.
    status = ["status", "--porcelain=v2", "--branch", "--untracked-files=no", "--ignore-submodules", "-z"]
    answer = ask(folder, status, CHANGES_AT_MOST_S)
    if answer is not None:
        return json.dumps(_read(answer.split("\0")), ensure_ascii=False)
    # A huge project: what has changed is not worth the wait.
    commit = ask(folder, ["rev-parse", "--verify", "HEAD"], CHANGES_AT_MOST_S)
    return json.dumps({"commit": commit.strip()}) if commit else None


def _read(entries: list[str]) -> dict[str, object]:
    """The answer of ``git status --porcelain=v2 -z``."""
    state: dict[str, object] = {}
    changes = []
    renamed = False
    for entry in entries:
        if renamed or not entry:
            renamed = False  # the old name follows as an entry of its own
        elif entry.startswith("# branch.oid ") and "(" not in entry:
            state["commit"] = entry.split(" ", 2)[2]
        elif entry.startswith("# branch.head ") and "(" not in entry:
            state["branch"] = entry.split(" ", 2)[2]
        elif not entry.startswith("#"):
            renamed = entry.startswith("2 ")
            changes.append(entry.split(" ", _FIELDS_BEFORE_PATH.get(entry[0], 1))[-1])
    return state | {"changes": changes[:MOST_CHANGES], "changed_files": len(changes)}
