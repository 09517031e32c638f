"""An alias is a revision: it leads to its version wherever a branch, a tag or a commit may be named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from live import TOKEN, Live

import jupyter_hubcollab as notebook
from jupyter_hubcollab.errors import BadInput, RevisionNotFound


@pytest.fixture
def published(live_hub: Live, hub: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model of two versions, the first of which is the champion."""
    for number in (1, 2):
        file = tmp_path / "weights.json"
        file.write_text(f'{{"version": {number}}}')
        notebook.publish(file, name, metrics={"accuracy": number / 10})
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"{live_hub.url}/hubcollab/mlflow")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", TOKEN)
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "hubcollab://")
    move(name, "1")
    return name


def move(name: str, version: str) -> None:
    """Make a version the champion, as MLflow's client does it."""
    import mlflow

    mlflow.MlflowClient().set_registered_model_alias(name, "champion", version)


def test_an_alias_leads_to_its_version_in_a_cell(published: str) -> None:
    """Behind an @ or as the revision; a move of the alias is followed."""
    assert "1" in (notebook.download(f"{published}@champion") / "weights.json").read_text()
    assert "1" in (notebook.download(published, revision="champion") / "weights.json").read_text()

    move(published, "2")

    assert "2" in (notebook.download(f"{published}@champion") / "weights.json").read_text()


def test_who_names_two_revisions_is_asked_which(published: str) -> None:
    """And a name that leads nowhere is no version."""
    with pytest.raises(BadInput, match="say it once"):
        notebook.load(f"{published}@champion", revision="v2")
    with pytest.raises(RevisionNotFound):
        notebook.download(f"{published}@nobody")


def test_clients_of_hugging_face_know_it_too(published: str, live_hub: Live, tmp_path: Path) -> None:
    """A tag of the same name comes first."""
    from huggingface_hub import HfApi, hf_hub_download

    where: Any = {"endpoint": f"{live_hub.url}/hubcollab/hf", "token": TOKEN}
    found = hf_hub_download(published, "weights.json", revision="champion", cache_dir=tmp_path, **where)
    assert "1" in Path(found).read_text()

    HfApi(**where).create_tag(published, tag="champion", revision="v2")

    found = hf_hub_download(published, "weights.json", revision="champion", cache_dir=tmp_path, **where)
    assert "2" in Path(found).read_text()
