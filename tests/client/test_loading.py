"""Without trust, nothing that a repo says makes Python import or run its code."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyter_hubcollab import wire
from jupyter_hubcollab.client.loading import load
from jupyter_hubcollab.errors import NotSupported, UnsafeFile

EVIL = b"raise SystemExit('a foreign module was imported')"


class Shelf:
    """A hub with one model, whose files are given."""

    def __init__(self, files: dict[str, bytes], safety: str = "safe") -> None:
        self._files = files
        self._safety: Any = safety

    def get(self, path: str, kind: type, **query: str) -> Any:
        listed = [
            wire.FileEntry(
                path=name,
                size_bytes=len(content),
                digest=hashlib.sha256(content).hexdigest(),
                is_blob=True,
                safety=self._safety,
                safety_note="",
                url="",
            )
            for name, content in self._files.items()
        ]
        commit = hashlib.sha1(json.dumps(sorted(self._files)).encode()).hexdigest()
        return wire.FileList(revision="main", commit=commit, files=listed, warning=None)

    def receive(self, path: str) -> Iterator[bytes]:
        yield self._files[path.partition("/resolve/")[2].partition("/")[2]]


def model(flavors: dict[str, object], **files: bytes) -> Any:
    described = {"MLmodel": yaml.safe_dump({"flavors": flavors}).encode()}
    return Shelf(described | {"code/evil_module.py": EVIL} | files)


@pytest.mark.parametrize(
    "flavors",
    [
        {"xgboost": {"model_class": "evil_module.Booster", "data": "model.xgb"}},
        {"lightgbm": {"model_class": "os.system"}},
        {"lightgbm": {"model_class": "lightgbm_evil.Booster"}},
        {"onnx": {"code": "code", "data": "model.onnx"}},
        {"python_function": {"code": "code", "loader_module": "evil_module"}, "onnx": {"data": "model.onnx"}},
        {"pytorch": {"model_data": "data", "code": "code"}},
        {"pytorch": {"model_data": "data"}},
        {"pytorch": {"model_data": "data", "serialization_format": "pickle"}},
    ],
)
def test_an_mlmodel_cannot_have_its_code_imported(flavors: dict[str, object], tmp_path: Path) -> None:
    """Classes, folders of code and pickles that an MLmodel names are refused before MLflow sees them."""
    with pytest.raises(UnsafeFile, match="trust=True"):
        load("team/x", connection=model(flavors), cache=tmp_path)

    assert "evil_module" not in sys.modules


@pytest.mark.parametrize("flavor", ["transformers", "python_function", "spacy"])
def test_flavors_that_run_a_repos_own_code_are_not_loaded(flavor: str, tmp_path: Path) -> None:
    """MLflow would run what comes with them; download gives the files to who wants to look."""
    with pytest.raises(NotSupported, match=r"hub\.download"):
        load("team/x", connection=model({flavor: {"loader_module": "evil_module"}}), cache=tmp_path)

    assert "evil_module" not in sys.modules


@pytest.mark.parametrize("name", ["model.pkl", "MODEL.PKL", "weights.pt2", "a/deep.joblib", "net.keras"])
@pytest.mark.parametrize("safety", ["unscanned", "caution", "unsafe"])
def test_a_file_that_can_run_code_must_have_been_found_safe(name: str, safety: str, tmp_path: Path) -> None:
    """Not looked at yet is not safe."""
    with pytest.raises(UnsafeFile, match="trust=True"):
        load("team/x", connection=Shelf({name: b"x"}, safety), cache=tmp_path)  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [b"", b"- 1", b"flavors: 3", b"flavors: {sklearn: text}"])
def test_an_mlmodel_without_sense_is_no_model(content: bytes, tmp_path: Path) -> None:
    """It is said in a sentence."""
    with pytest.raises(NotSupported):
        load("team/x", connection=Shelf({"MLmodel": content}), cache=tmp_path)  # type: ignore[arg-type]
