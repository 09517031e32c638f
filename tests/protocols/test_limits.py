"""What a repo may hold is the same by every way in: `huggingface_hub`, git and our own REST."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import live
import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")]
Files = dict[str, bytes]
Way = Callable[["live.Live", "HfApi", str, Files, Path], str]
MOST_FILES, LARGEST_COMMIT = 5, 200_000
TOO_MUCH: dict[str, tuple[Files, str]] = {
    "names that differ in case": ({"Notes.txt": b"1", "NOTES.txt": b"2"}, "differ"),
    "names in two spellings": ({"caf\u00e9.txt": b"1", "cafe\u0301.txt": b"2"}, "differ"),
    "folders that differ in case": ({"Data/a.txt": b"1", "data/b.txt": b"2"}, "differ"),
    "a long path": ({"d/" * 600 + "f": b"1"}, "path"),
    "a long name": ({"x" * 256: b"1"}, "path"),
    "many files": ({f"f{number}.txt": b"%d" % number for number in range(MOST_FILES)}, f"{MOST_FILES}"),
    "many bytes": ({"a.txt": b"a" * LARGEST_COMMIT, "b.txt": b"b"}, "commit"),
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.Live]:
    """A hub with narrow limits."""
    options = {"max_files": MOST_FILES, "max_commit_bytes": LARGEST_COMMIT}
    started = live.start(
        tmp_path_factory.mktemp("small"), *[f"--HubCollab.{name}={value}" for name, value in options.items()]
    )
    yield started
    started.stop()


@pytest.fixture(scope="module")
def ann(small: live.Live) -> HfApi:
    from huggingface_hub import HfApi

    return HfApi(endpoint=small.endpoint, token=small.hub_token("ann"))


def by_client(small: live.Live, ann: HfApi, repo: str, files: Files, folder: Path) -> str:
    """As `huggingface_hub` commits; what it was told."""
    from huggingface_hub import CommitOperationAdd
    from huggingface_hub.errors import HfHubHTTPError

    adds = [CommitOperationAdd(path_in_repo=path, path_or_fileobj=content) for path, content in files.items()]
    try:
        ann.create_commit(repo, operations=adds, commit_message="m")
    except HfHubHTTPError as error:
        return str(error) if error.response.status_code in (400, 413, 422) else f"HTTP {error.response.status_code}"
    return ""


def by_rest(small: live.Live, ann: HfApi, repo: str, files: Files, folder: Path) -> str:
    """As the panel commits; what it was told."""
    token, puts = str(ann.token), []
    for path, content in files.items():
        digest = hashlib.sha256(content).hexdigest()
        assert live.call("PUT", f"{small.url}/hubcollab/api/blobs/{digest}", token, content)[0] == 204
        puts.append({"path": path, "digest": digest, "sizeBytes": len(content)})
    body = json.dumps({"message": "m", "puts": puts}).encode()
    address = f"{small.url}/hubcollab/api/repos/models/{repo}/commits"
    status, headers, content = live.call("POST", address, token, body)
    assert status in (201, 400, 413), content
    assert status == 201 or headers["X-Error-Code"]
    return "" if status == 201 else str(json.loads(content)["message"])


def by_git(small: live.Live, ann: HfApi, repo: str, files: Files, folder: Path) -> str:
    """As git pushes; what it was told. The commit is made without a work tree, which could not hold such names."""
    scheme, rest = small.endpoint.split("://")
    address = f"{scheme}://any:{ann.token}@{rest}/{repo}"
    run("clone", "-q", "--no-checkout", address, str(folder / "clone"))
    at = ("-C", str(folder / "clone"), "-c", "core.protectHFS=false", "-c", "core.ignorecase=false")
    run(*at, "read-tree", "HEAD")
    for path, content in files.items():
        oid = run(*at, "hash-object", "-w", "--stdin", data=content).strip()
        run(*at, "update-index", "--add", "--cacheinfo", f"100644,{oid},{path}")
    run(*at, "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "-q", "-m", "m")
    done = subprocess.run(["git", *at, "push", "-q", "origin", "main"], capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def run(*words: str, data: bytes | None = None) -> str:
    return subprocess.run(["git", *words], input=data, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("way", [by_client, by_rest, by_git])
@pytest.mark.parametrize(("files", "word"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_what_goes_too_far_is_refused_whole(
    small: live.Live, ann: HfApi, tmp_path: Path, way: Way, files: Files, word: str
) -> None:
    """With a reason, and nothing of it is there afterwards."""
    repo = f"team/l{uuid4().hex[:12]}"
    ann.create_repo(repo)

    told = way(small, ann, repo, files, tmp_path)

    assert word in told
    assert ann.list_repo_files(repo) == [".gitattributes"]


@pytest.mark.parametrize("way", [by_client, by_rest, by_git])
def test_what_just_fits_is_taken(small: live.Live, ann: HfApi, tmp_path: Path, way: Way) -> None:
    """A limit is the last thing that is allowed; names of all the world are."""
    repo = f"team/l{uuid4().hex[:12]}"
    ann.create_repo(repo)
    files = {"x" * 255: b"1", "caf\u00e9/日本.txt": b"2", "a.txt": b"a" * (LARGEST_COMMIT - 1000), "B.txt": b"b"}

    assert way(small, ann, repo, files, tmp_path) == ""

    assert sorted(ann.list_repo_files(repo)) == sorted([".gitattributes", *files])
