"""Where a model comes from: the notebook and cell that publish it, the project around it, the packages in memory."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .environment import imported_packages, python_version
from .run_context import cell_id

MOST_CHANGES = 200
GIT_AT_MOST_S = 5
LARGEST_NOTEBOOK = 32 << 20
_HEADING = re.compile(r"^#\s+(.+?)\s*#*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook as it is on disk, without its outputs."""

    path: str
    content: bytes
    title: str
    """Its first heading; empty where it has none."""


def notebook(environ: Mapping[str, str] | None = None) -> Notebook | None:
    """The notebook that this kernel belongs to; None where there is none that can be read."""
    names = os.environ if environ is None else environ
    shown, session = names.get("HUBCOLLAB_NOTEBOOK", ""), names.get("JPY_SESSION_NAME", "")
    for file in (Path(session), Path(shown), Path(Path(shown).name)):
        if file.suffix == ".ipynb" and file.is_file() and file.stat().st_size <= LARGEST_NOTEBOOK:
            return _read(file, shown or file.name)
    return None


def _read(file: Path, shown: str) -> Notebook | None:
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError):  # being written, or no notebook
        return None
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list):
        return None
    # Outputs may hold data that nobody meant to publish.
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            cell |= {"outputs": [], "execution_count": None}
    return Notebook(shown, json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n", _title(cells))


def _title(cells: list[Any]) -> str:
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            source = cell.get("source")
            text = "".join(source) if isinstance(source, list) else str(source)
            found = _HEADING.search(text)
            if found:
                return re.sub(r"[*_`\[\]]", "", found[1])[:120]
    return ""


def cell_source() -> str | None:
    """The code of the cell that runs now."""
    import sys

    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    kernel = getattr(shell, "kernel", None)
    parent: Any = kernel.get_parent("shell") if kernel is not None else None
    code = parent.get("content", {}).get("code") if isinstance(parent, dict) else None
    return code if isinstance(code, str) else None


def origin(source: Notebook | None) -> dict[str, object]:
    """What is known of the origin of a model, as its provenance record keeps it."""
    return {
        "notebook": source.path if source else None,
        "cell": cell_id(),
        "cell_source": cell_source(),
        "git": git_state(Path.cwd()),
        "python": python_version(),
        "packages": imported_packages(),
    }


def git_state(folder: Path) -> dict[str, object] | None:
    """Branch, commit, remote and uncommitted changes of the project around *folder*; None where there is no project."""
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return None
    import git

    try:
        with git.Repo(folder, search_parent_directories=True) as project:
            changes = project.git.status("--porcelain", "--untracked-files=no", kill_after_timeout=GIT_AT_MOST_S)
            return {
                "branch": None if project.head.is_detached else project.active_branch.name,
                "commit": project.head.commit.hexsha if project.head.is_valid() else None,
                "remote": _without_secrets(project.remotes[0].url) if project.remotes else None,
                "changes": [line[3:] for line in changes.splitlines()][:MOST_CHANGES],
            }
    except (git.GitError, git.GitCommandError, OSError, ValueError):  # not ours to repair, and no reason not to publish
        return None


def _without_secrets(url: str) -> str:
    """A remote's address without the password that people keep in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else url
