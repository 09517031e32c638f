"""The first notebook that anybody runs does what it says, cell by cell, on a real server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cells import Kernel, Outputs, kernel_of
from live import call, start

NOTEBOOK = Path(__file__).parent.parent / "examples" / "quickstart.ipynb"
# It starts a server, a kernel and MLflow, and may share its machine with other work.
pytestmark = pytest.mark.timeout(600)

CELLS = json.loads(NOTEBOOK.read_text())["cells"]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Outputs]]:
    """What each cell showed, by its id, and when it was run a second time; and the model's page, as ``page``."""
    folder = tmp_path_factory.mktemp("lab")
    runtime = folder / "share" / "runtime"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        live = start(folder)
    shutil.copy(NOTEBOOK, folder / NOTEBOOK.name)
    try:
        with kernel_of(live, NOTEBOOK.name, runtime) as kernel:
            found = executed(kernel)
            found |= {f"{id} again": shown for id, shown in executed(kernel).items()}
        page = call("GET", f"{live.url}/hubcollab/api/models/team/digits")[2].decode()
        yield found | {"page": Outputs(text=page)}
    finally:
        live.stop()


def executed(kernel: Kernel) -> dict[str, Outputs]:
    return {cell["id"]: kernel.run("".join(cell["source"])) for cell in CELLS if cell["cell_type"] == "code"}


@pytest.mark.slow
def test_no_cell_fails(ran: dict[str, Outputs]) -> None:
    """From top to bottom without an error."""
    assert {id: shown.error for id, shown in ran.items() if shown.error} == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("data", "(1347, 64)"),
        ("train", "accuracy: 0.833"),
        ("publish", "published team/digits v1 (accuracy=0.8333"),
        ("better", "published team/digits v2 (accuracy=0.99"),
        ("versions", "v1"),
        ("diff", "accuracy: 0.8333 → 0.9956"),
        ("search", "team/digits"),
        ("load", "array([2, 8, 2, 6, 6, 7, 1, 9, 8, 5])"),
        ("hf-list", "['team/digits']"),
        ("hf-download", "model.skops"),
        ("hf-upload", "True"),
        ("publish again", "published team/digits v3"),
        ("better again", "published team/digits v4"),
        ("load again", "array([2, 8, 2, 6, 6, 7, 1, 9, 8, 5])"),
        ("hf-upload again", "True"),
    ],
)
def test_a_cell_shows_what_its_text_says(ran: dict[str, Outputs], cell: str, expected: str) -> None:
    """The essential output of each step."""
    assert expected in ran[cell].text


@pytest.mark.slow
def test_tables_are_shown_as_tables(ran: dict[str, Outputs]) -> None:
    """Versions and search results are rich in a notebook."""
    assert "▲" in ran["versions"].html
    assert "Recognises handwritten digits" in ran["search"].html


@pytest.mark.slow
def test_the_version_knows_its_run_and_its_notebook(ran: dict[str, Outputs]) -> None:
    """Provenance is recorded without a line of the user's."""
    page = json.loads(ran["page"].text)

    assert page["provenance"]["notebook"] == NOTEBOOK.name
    assert page["provenance"]["runId"]
    assert "scikit-learn" in page["provenance"]["packages"]
    assert "notebook.ipynb" in {file["path"] for file in page["files"]["files"]}


def test_the_notebook_is_clean() -> None:
    """Cells have ids that stay, and nobody's outputs are in the repository."""
    ids = [cell["id"] for cell in CELLS]

    assert len(set(ids)) == len(ids)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in CELLS)
