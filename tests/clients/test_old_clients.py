"""Clients of years ago, each in an environment of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import live
import outside
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SCRIPT = Path(__file__).with_name("old_client.py")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.Live]:
    started = live.start(tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


@pytest.mark.parametrize("release", ["0.36.*", "1.*"])
@pytest.mark.parametrize("xet", ["with", "without"])
def test_an_old_client_does_all_that_it_did(release: str, xet: str, server: live.Live, tmp_path: Path) -> None:
    """Repos made, filled by Xet and by git-lfs, listed, fetched, branched, tagged and deleted."""
    try:
        python = outside.environment_with(f"hub-{release.removesuffix('.*')}", f"huggingface_hub=={release}", "hf_xet")
    except outside.CannotFetch as error:
        pytest.skip(f"huggingface_hub {release} cannot be fetched: {error}")
    name = f"ann/old-{uuid4().hex[:8]}"
    settings = {
        "HF_ENDPOINT": server.endpoint,
        "HF_TOKEN": server.hub_token("ann"),
        "HF_HOME": str(tmp_path),
        "HF_HUB_DISABLE_XET": "0" if xet == "with" else "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }

    done = subprocess.run(
        [str(python), "-W", "ignore", str(SCRIPT), name],
        env=outside.environment_of(settings),
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
