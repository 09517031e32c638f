"""A version is reproduced, from a cell and from a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

import jupyter_hubcollab as notebook
from jupyter_hubcollab.cli.program import main
from jupyter_hubcollab.errors import NotFound

CELL = "import jupyter_hubcollab as hub\nhub.publish(None, 'team/x', metrics={'accuracy': 0.88, 'f1': 0.5})"


def with_notebook(folder: Path) -> Path:
    """A model with the notebook that made it."""
    made = folder / "model"
    made.mkdir()
    (made / "weights.json").write_text("{}")
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)]), made / "notebook.ipynb")
    return made


def test_the_notebook_of_a_version_runs_again_and_its_numbers_are_compared(
    hub: Any, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each number stands beside the one that was published; it is no verdict of the gates."""
    notebook.publish(with_notebook(tmp_path), name, metrics={"accuracy": 0.9, "f1": 0.6})

    found = notebook.reproduce(name, tolerance=0.05, environment="server")

    assert found.verdict == "differs"
    told = {one.name: (one.published, one.again, one.holds) for one in found.metrics}
    assert told == {"accuracy": (0.9, 0.88, True), "f1": (0.6, 0.5, False)}
    assert "not published again: team/x" in found.log
    assert found.log == capsys.readouterr().out
    assert "accuracy: 0.9 → 0.88" in repr(found)
    with pytest.raises(NotFound, match=r"no hubcollab\.yaml"):
        notebook.gates(name, "v1")


def test_a_terminal_says_why_a_version_cannot_be_reproduced(
    hub: Any, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A version without a notebook fails, and so does the command."""
    (tmp_path / "weights.json").write_text("{}")
    notebook.publish(tmp_path / "weights.json", name, metrics={"accuracy": 0.9})
    capsys.readouterr()

    code = main(["reproduce", f"{name}@v1", "--environment", "server", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert (code, told["verdict"]) == (1, "fails")
    assert "the version has no notebook.ipynb" in told["run"]["checks"][0]["why"]
