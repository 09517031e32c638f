"""Clients of years ago, each in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from uuid import uuid4

import outside
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SCRIPT = Path(__file__).with_name("old_client.py")


BY_DEFAULT = [("0.36.*", "with"), ("1.*", "without")]
ALL = [*BY_DEFAULT, ("0.36.*", "without"), ("1.*", "with")]


@pytest.mark.parametrize(("release", "xet"), ALL if os.environ.get("CLIENTS") else BY_DEFAULT)
def test_an_old_client_does_all_that_it_did(release: str, xet: str, settings: dict[str, str]) -> None:
    """Repos made, filled by Xet and by git-lfs, listed, fetched, branched, tagged and deleted."""
    try:
        python = outside.environment_with(f"hub-{release.removesuffix('.*')}", f"huggingface_hub=={release}", "hf_xet")
    except outside.CannotFetch as error:
        pytest.skip(f"huggingface_hub {release} cannot be fetched: {error}")
    name = f"ann/old-{uuid4().hex[:8]}"
    settings["HF_HUB_DISABLE_XET"] = "0" if xet == "with" else "1"

    done = subprocess.run(
        [str(python), "-W", "ignore", str(SCRIPT), name],
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["version"].startswith(release.removesuffix("*"))
    assert (seen["id"], seen["kind"], seen["dataset"]) == (name, "model", [name, "dataset"])
    assert seen["same"]
    assert seen["read"] == "later"
    assert seen["files"] == [".gitattributes", "README.md", "later.txt", "sub/model.bin"]
    assert seen["snapshot"] == [".gitattributes", "README.md", "model.bin"]
    assert seen["refs"] == ["dev", "main", "v1"]
    assert name in seen["models"]
    assert (seen["left"], seen["there"]) == (False, False)
