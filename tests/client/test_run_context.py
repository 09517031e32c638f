"""What MLflow learns of a run from the kernel in which it begins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_hubcollab.client import run_context
from jupyter_hubcollab.client.run_context import NotebookRunContext, cell_id, git_state, kernel_id
from jupyter_hubcollab.experiments import recorded

KERNEL = "0c0ffee0-1234-5678-9abc-def012345678"


@pytest.fixture(autouse=True)
def _git_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine its limit leaves things out."""
    monkeypatch.setattr(run_context, "CHANGES_AT_MOST_S", 60)


def git(folder: Path, *arguments: str) -> str:
    identity = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(
        command, cwd=folder, env=os.environ | identity, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one commit."""
    git(tmp_path, "init")
    for name in ("größe und mehr.py", "b.py"):
        (tmp_path / name).write_text("1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    return tmp_path


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A kernel that executes a cell."""
    kernel = SimpleNamespace(
        config={"IPKernelApp": {"connection_file": f"/run/kernel-{KERNEL}.json"}},
        parent={"metadata": {"cellId": "cell-7"}},
    )
    kernel.get_parent = lambda channel: kernel.parent
    fake = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=kernel))
    monkeypatch.setitem(sys.modules, "IPython", fake)
    return kernel


def test_outside_of_our_kernels_nothing_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    """A script on another machine is none of our business."""
    monkeypatch.delenv("HUBCOLLAB_URL", raising=False)

    assert not NotebookRunContext().in_context()


def test_a_run_learns_who_where_and_from_what(shell: Any, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a line of user code."""
    monkeypatch.setenv("HUBCOLLAB_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("HUBCOLLAB_USER", "ada")
    monkeypatch.setenv("HUBCOLLAB_NOTEBOOK", "lab/größe.ipynb")
    monkeypatch.chdir(project)

    tags = NotebookRunContext().tags()

    assert NotebookRunContext().in_context()
    assert tags["hubcollab.user"] == tags["mlflow.user"] == "ada"
    assert tags["hubcollab.notebook"] == tags["mlflow.source.name"] == "lab/größe.ipynb"
    assert (tags["hubcollab.cell"], tags["hubcollab.kernel"]) == ("cell-7", KERNEL)
    assert json.loads(tags["hubcollab.git"])["branch"] == "main"


@pytest.mark.parametrize("parent", [None, {}, {"metadata": {}}, {"metadata": {"cellId": 7}}])
def test_a_front_end_that_names_no_cell_is_fine(shell: Any, parent: Any) -> None:
    """Only JupyterLab says which cell runs."""
    shell.parent = parent

    assert cell_id() is None


def test_a_kernel_with_a_strange_connection_file_has_no_id(shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other starters name it as they like."""
    shell.config = {"IPKernelApp": {"connection_file": "/run/mine.json"}}

    assert kernel_id() is None


def test_a_plain_script_has_no_cell_and_no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """And IPython is not imported for it."""
    monkeypatch.delitem(sys.modules, "IPython", raising=False)

    assert (cell_id(), kernel_id()) == (None, None)
    assert "IPython" not in sys.modules


def test_uncommitted_changes_are_named(project: Path) -> None:
    """With renamed files by their new name, in any alphabet."""
    (project / "größe und mehr.py").write_text("2")
    git(project, "mv", "b.py", "c d.py")

    state = json.loads(git_state(project) or "")

    assert state["commit"] == git(project, "rev-parse", "HEAD").strip()
    assert sorted(state["changes"]) == ["c d.py", "größe und mehr.py"]
    assert state["changed_files"] == 2


def test_a_folder_below_a_project_belongs_to_it(project: Path) -> None:
    """Notebooks live in subfolders."""
    (project / "notebooks").mkdir()

    assert json.loads(git_state(project / "notebooks") or "")["branch"] == "main"


def test_a_project_without_a_commit_is_fine(tmp_path: Path) -> None:
    """There is a branch, but nothing on it."""
    git(tmp_path, "init")

    assert "commit" not in json.loads(git_state(tmp_path) or "")


@pytest.mark.parametrize("path", ["", "/nowhere"])
def test_no_project_and_no_git_are_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """What cannot be found out is left out."""
    if path:
        (tmp_path / ".git").mkdir()
        monkeypatch.setenv("PATH", path)

    assert git_state(tmp_path) is None


def test_a_huge_project_costs_no_time(project: Path) -> None:
    """The commit is known also when looking for changes takes too long."""
    asked: list[list[str]] = []

    def slow_status(folder: Path, arguments: list[str], at_most_s: float) -> str | None:
        asked.append(arguments)
        return None if arguments[0] == "status" else "c" * 40 + "\n"

    assert json.loads(git_state(project, slow_status) or "") == {"commit": "c" * 40}
    assert [arguments[0] for arguments in asked] == ["status", "rev-parse"]


def test_both_sides_use_the_same_words() -> None:
    """What is written here is what the panel reads."""
    names = [name for name in vars(run_context) if name.endswith("_TAG")]

    assert len(names) == 6
    assert {name: getattr(run_context, name) for name in names} == {name: getattr(recorded, name) for name in names}


def test_mlflow_finds_it_by_its_entry_point() -> None:
    """Installed with the package."""
    group = "group='mlflow.run_context_provider'"
    code = f"from importlib.metadata import entry_points; print([point.load() for point in entry_points({group})])"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert "NotebookRunContext" in printed
