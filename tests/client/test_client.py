"""The notebook API as a whole: what it exports, what its import costs, how it fails."""

from __future__ import annotations

import inspect
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

import jupyter_hubcollab
from jupyter_hubcollab import client, wire
from jupyter_hubcollab.client.connection import Connection, connect
from jupyter_hubcollab.client.environment import imported_packages, requirements
from jupyter_hubcollab.client.origin import git_state, notebook
from jupyter_hubcollab.client.searching import SearchResults
from jupyter_hubcollab.client.trusted import distrusted
from jupyter_hubcollab.client.version_list import Versions
from jupyter_hubcollab.errors import RepoNotFound, Unauthenticated, Unavailable

NASTY = "<script>alert('x')</script>"
METRIC = wire.Metric(
    name=NASTY, value=0.5, dataset=NASTY, split=None, unit=None, source="card", higher_is_better=True, change=-0.1
)


def test_the_package_exports_what_the_client_has() -> None:
    """`import jupyter_hubcollab as hub` is the notebook API."""
    assert jupyter_hubcollab.__all__ == client.__all__
    assert all(getattr(jupyter_hubcollab, name) is getattr(client, name) for name in client.__all__)
    assert set(dir(jupyter_hubcollab)) == {*client.__all__, "__version__"}


def test_every_call_is_documented() -> None:
    """Whoever reads the manual finds all there is, with its options."""
    manual = (Path(__file__).parents[2] / "docs" / "notebook-api.md").read_text()
    options = {option for option in inspect.signature(client.publish).parameters if option != "connection"}

    assert all(name in manual for name in client.__all__)
    assert all(f"{option}=" in manual for option in options - {"model", "repo"})


def test_the_import_brings_nothing_heavy() -> None:
    """A cell that imports it does not wait."""
    heavy = [
        "mlflow",
        "torch",
        "sqlalchemy",
        "numpy",
        "pandas",
        "faiss",
        "pygit2",
        "httpx",
        "huggingface_hub",
        "sklearn",
        "skops",
        "IPython",
    ]
    code = f"import sys, jupyter_hubcollab as hub; hub.publish; print([m for m in {heavy!r} if m in sys.modules])"

    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_without_an_address_the_remedy_is_named() -> None:
    """Who runs a plain script is told what to set."""
    with pytest.raises(Unavailable, match="HUBCOLLAB_URL"):
        connect({})
    with pytest.raises(Unauthenticated, match="HUBCOLLAB_TOKEN"):
        connect({"HUBCOLLAB_URL": "http://localhost/hubcollab"})


def test_a_hub_that_is_not_there_is_said_to_be_so() -> None:
    """A stopped server gives a sentence, not a traceback of a socket."""
    with pytest.raises(Unavailable, match="cannot be reached"):
        Connection("http://127.0.0.1:9", "x").get("me", wire.Me)


def test_a_refusal_of_the_hub_is_an_error_of_its_kind(hub: Connection) -> None:
    """People can catch what they know."""
    with pytest.raises(RepoNotFound):
        client.versions("team/never")
    with pytest.raises(Unauthenticated):
        Connection(hub.url, "hc_wrong").get("me", wire.Me)


def version(tag: str) -> wire.Version:
    return wire.Version(
        tag=tag,
        commit="c",
        message=NASTY,
        author=wire.Author(name=NASTY, display_name=NASTY),
        created_at=datetime(2026, 1, 2, tzinfo=UTC),
        run_id=None,
        metrics=[METRIC],
        size_bytes=1234567,
        authors=[],
        parent=NASTY,
        base_models=[NASTY],
        datasets=[NASTY],
        aliases=[NASTY],
        deprecated=wire.Deprecation(reason=NASTY, instead=NASTY, by=NASTY, at=datetime(2026, 1, 2, tzinfo=UTC)),
    )


def test_a_table_of_versions_is_text() -> None:
    """Nobody's message acts in the reader's browser."""
    shown = Versions("team/digits", [version("v2"), version(NASTY)])

    assert "<script" not in shown._repr_html_()
    assert "&lt;script&gt;" in shown._repr_html_()
    assert "▼ 0.1" in shown._repr_html_()
    assert "1.23 MB" in shown._repr_html_()


def test_a_metric_on_two_data_sets_is_two_columns() -> None:
    """What a gate measured does not take the place of what the card states."""
    metrics = [msgspec.structs.replace(METRIC, name="f1", dataset=on, value=at) for at, on in ((1, None), (2, "own"))]
    shown = Versions("team/digits", [msgspec.structs.replace(version("v1"), metrics=metrics)])

    assert shown.metric_names == ["f1", "f1 (own)"]
    assert "f1=1, f1 (own)=2" in repr(shown)
    assert shown.to_pandas()[["f1", "f1 (own)"]].to_numpy().tolist() == [[1, 2]]


def test_a_table_of_hits_is_text() -> None:
    """Cards come from everywhere."""
    model: dict[str, Any] = dict.fromkeys(("id", "namespace", "name", "summary", "owner", "task", "license"), NASTY)
    model |= {"library": None, "tags": [], "visibility": "public", "mine": False, "size_bytes": 0, "parameters": None}
    model |= {
        "downloads": 0,
        "latest": None,
        "metrics": [METRIC],
        "deprecated": NASTY,
        "updated_at": datetime(2026, 1, 2, tzinfo=UTC),
    }
    hit = wire.Hit(model=wire.ModelSummary(**model), score=1, why=[NASTY], kind="model", source="hub", url=NASTY)
    reply = wire.SearchReply(query=NASTY, hits=[hit], constraints=[], total=1, took_ms=1, meaning=None)

    found = SearchResults(reply, Connection("http://localhost/hubcollab", "x"))

    assert "<script" not in found._repr_html_()
    assert NASTY in repr(found)


def test_requirements_are_pinned_without_jupyters_own() -> None:
    """What the model needs, not what the notebook needs."""
    import sklearn  # noqa: F401

    found = requirements(("sklearn",))

    assert any(one.startswith("scikit-learn==") for one in found)
    assert not any(one.startswith(("ipykernel", "jupyter")) for one in found)
    assert "scikit-learn" in imported_packages()


def test_the_state_of_the_users_project_is_recorded(tmp_path: Path) -> None:
    """Branch, commit, changes; a password in the remote's address is not."""
    import git

    with git.Repo.init(tmp_path, initial_branch="trial") as project:
        (tmp_path / "train.py").write_text("1")
        project.index.add(["train.py"])
        commit = project.index.commit("first")
        project.create_remote("origin", "https://ann:secret@example.org/x.git")
    (tmp_path / "train.py").write_text("2")

    state = git_state(tmp_path)

    assert state == {
        "branch": "trial",
        "commit": commit.hexsha,
        "remote": "https://example.org/x.git",
        "changes": ["train.py"],
    }
    assert git_state(Path("/")) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"cells": 3}'])
def test_a_notebook_that_cannot_be_read_is_none(tmp_path: Path, content: bytes) -> None:
    """A half-written file does not stop a publication."""
    (tmp_path / "nb.ipynb").write_bytes(content)

    assert notebook({"JPY_SESSION_NAME": str(tmp_path / "nb.ipynb")}) is None


@pytest.mark.parametrize(
    "type_", ["__main__.Model", "os.system", "sklearn.evil", "sklearn.tree._tree.Tree.x", "builtins.eval"]
)
def test_types_of_ones_own_are_not_trusted(type_: str) -> None:
    """Only what was looked at is restored."""
    assert distrusted([type_, "sklearn.tree._tree.Tree"]) == [type_]
