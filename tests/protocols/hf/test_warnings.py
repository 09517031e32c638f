"""Warnings of deprecated versions through the unmodified huggingface_hub."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import live
import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi


def test_a_deprecated_version_warns_clients_of_hugging_face(
    ann: HfApi, repo: str, server: live.Live, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever downloads the version reads why it should not be used; other versions say nothing."""
    for version in ("v1", "v2"):
        ann.upload_file(path_or_fileobj=version.encode(), path_in_repo="a.txt", repo_id=repo)
        ann.create_tag(repo, tag=version)
    request = urllib.request.Request(
        f"{server.url}/hubcollab/api/repos/models/{repo}/versions/v1/deprecation",
        data=json.dumps({"reason": "leaks data", "instead": "v2"}).encode(),
        headers={"Authorization": f"Bearer {live.TOKEN}"},
        method="PUT",
    )
    urllib.request.urlopen(request).read()

    ann.hf_hub_download(repo, "a.txt", revision="v2", local_dir=tmp_path / "2")
    assert "deprecated" not in caplog.text
    ann.hf_hub_download(repo, "a.txt", revision="v1", local_dir=tmp_path / "1")

    assert f"{repo}@v1 is deprecated: leaks data; take v2 instead" in caplog.text
