"""Quotas and limits, as the real clients meet them: refused early, with the reason."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import live
import pytest
from huggingface_hub.errors import HfHubHTTPError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

QUOTA = 3_000_000


@pytest.fixture
def tight(server: live.Live, ann: HfApi) -> str:
    """A repo of an organization that may keep three megabytes."""
    name = f"tight{uuid4().hex[:8]}"
    ann.create_repo(f"{name}/one")
    change = json.dumps({"quotaBytes": QUOTA}).encode()
    url = f"{server.url}/hubcollab/api/organizations/{name}"
    assert live.call("PATCH", url, server.hub_token("ann"), change)[0] == 200
    return f"{name}/one"


def used(server: live.Live, repo: str) -> int:
    url = f"{server.url}/hubcollab/api/storage?namespace={repo.partition('/')[0]}"
    return int(json.loads(live.call("GET", url, server.hub_token("ann"))[2])["usedBytes"])


def test_a_file_that_cannot_fit_is_refused_before_it_is_sent(ann: HfApi, tight: str) -> None:
    """With how much there is and how much there may be."""
    with pytest.raises(HfHubHTTPError, match="may keep 3,000,000 bytes") as refused:
        ann.upload_file(repo_id=tight, path_or_fileobj=os.urandom(QUOTA), path_in_repo="w.bin")

    assert refused.value.response.status_code == 413
    assert "preupload" in str(refused.value.response.url)


def test_git_lfs_is_refused_in_the_batch(server: live.Live, ann: HfApi, tight: str) -> None:
    """Counted are the objects that the namespace does not have yet, each once."""
    content = os.urandom(2_000_000)
    ann.upload_file(repo_id=tight, path_or_fileobj=content, path_in_repo="w.bin")
    there = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content)}
    fresh = [{"oid": f"{n:064x}", "size": 600_000} for n in range(2)]

    answers = [_batch(server, tight, [there, fresh[0], fresh[0]]), _batch(server, tight, [there, *fresh])]

    assert [status for status, _ in answers] == [200, 413]
    assert "1,200,000 more do not fit" in answers[1][1]


def _batch(server: live.Live, repo: str, objects: list[dict[str, object]]) -> tuple[int, str]:
    body = json.dumps({"operation": "upload", "objects": objects}).encode()
    url = f"{server.endpoint}/{repo}.git/info/lfs/objects/batch"
    status, headers, _ = live.call("POST", url, server.hub_token("ann"), body)
    return int(status), str(headers["X-Error-Message"])


def test_the_bytes_of_a_publication_are_refused_when_there_is_no_room(server: live.Live, tight: str) -> None:
    """Before they are sent, and also those that were sent and not named are counted."""
    token = server.hub_token("ann")

    def send(content: bytes, repo: str) -> int:
        url = f"{server.url}/hubcollab/api/blobs/{hashlib.sha256(content).hexdigest()}?repo={repo.replace('/', '%2F')}"
        return int(live.call("PUT", url, token, content)[0])

    answers = [send(os.urandom(size), tight) for size in (QUOTA + 1, 2_000_000, 2_000_000)]

    assert answers == [413, 204, 413]
    assert send(os.urandom(QUOTA), "team/not-there-yet") == 204


def test_chunks_are_refused_when_there_is_no_room(server: live.Live, ann: HfApi, tight: str, tmp_path: Path) -> None:
    """Each file would fit, both do not: the client hears so, and nothing of it is kept."""
    for n in range(2):
        (tmp_path / f"{n}.bin").write_bytes(os.urandom(1_800_000))
    before = used(server, tight)

    with pytest.raises((HfHubHTTPError, RuntimeError, OSError)):
        ann.upload_folder(repo_id=tight, folder_path=tmp_path)

    assert used(server, tight) == before
    assert ann.list_repo_files(tight) == [".gitattributes"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"big.txt": "x" * 4_000_000}, "may keep 3,000,000 bytes"),
        ({"Data.txt": "1", "data.txt": "2"}, "differ in case or spelling"),
        ({"caf\u00e9.txt": "1", "cafe\u0301.txt": "2"}, "differ in case or spelling"),
    ],
    ids=["quota", "case", "unicode"],
)
def test_a_push_that_breaks_a_limit_is_refused(
    server: live.Live, ann: HfApi, tight: str, tmp_path: Path, files: dict[str, str], reason: str
) -> None:
    """No ref moves, and git shows why."""
    url = server.endpoint.replace("://", f"://x:{server.hub_token('ann')}@") + f"/{tight}"
    git = ["git", "-C", str(tmp_path / "c"), "-c", "user.name=Ann", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "clone", "-q", url, tmp_path / "c"], check=True)
    for name, text in files.items():
        (tmp_path / "c" / name).write_text(text)
    for words in (["add", "."], ["commit", "-q", "-m", "more"]):
        subprocess.run([*git, "-c", "core.precomposeunicode=false", *words], check=True)

    pushed = subprocess.run([*git, "push"], capture_output=True, text=True, check=False)

    assert pushed.returncode != 0
    assert reason in pushed.stderr
    assert ann.list_repo_files(tight) == [".gitattributes"]
