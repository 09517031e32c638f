"""The variants of a model from a cell and from a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

import jupyter_hubcollab as notebook
from jupyter_hubcollab.cli.program import main
from jupyter_hubcollab.errors import NotSupported


def test_a_variant_is_made_listed_and_loaded(
    hub: Any, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who loads the model does not fetch the other precision as well."""
    numbers = np.linspace(-1, 1, 50, dtype=np.float32)
    save_file({"a": numbers}, tmp_path / "model.safetensors")
    notebook.publish(tmp_path / "model.safetensors", name)

    made = notebook.variants(name, ["fp16"])

    assert [(one.label, one.dtype, one.is_default) for one in made] == [("", "F32", True), ("fp16", "F16", False)]
    assert made.makeable == ("bf16",)
    assert 'hub.load("' in repr(made)
    assert "model.fp16.safetensors" in made._repr_html_()
    assert notebook.load(name)["a"].dtype == np.float32
    snapshots = sorted((tmp_path / "cache" / "snapshots" / name).iterdir())
    assert [(one / "model.fp16.safetensors").exists() for one in snapshots] == [False]
    half = notebook.load(name, variant="fp16")["a"]
    assert np.array_equal(half, numbers.astype(np.float16))
    with pytest.raises(NotSupported, match="no bf16 weights"):
        notebook.load(name, variant="bf16")
    assert [one.dtype for one in notebook.variants(f"{name}@v1", ["bf16"])] == ["F32", "BF16"]
    capsys.readouterr()
    assert main(["variants", name, "--json"]) == 0
    assert [one["dtype"] for one in json.loads(capsys.readouterr().out)] == ["F32", "F16"]
    assert main(["variants", name, "int8"]) == 1
    assert "base_model_relation: quantized" in capsys.readouterr().err
