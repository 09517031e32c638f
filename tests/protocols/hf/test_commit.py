"""Uploads through the unmodified huggingface_hub."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import live
import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi

# The client's own older way of uploading.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


def test_a_folder_goes_up_and_comes_down(ann: HfApi, repo: str, folder: Path, tmp_path: Path) -> None:
    """Texts in git, large and binary files as chunks; every byte comes back."""
    ann.upload_folder(repo_id=repo, folder_path=folder, commit_message="all of it")

    down = Path(ann.snapshot_download(repo, local_dir=tmp_path / "down"))

    for file in folder.rglob("*.*"):
        assert (down / file.relative_to(folder)).read_bytes() == file.read_bytes()
    info = ann.model_info(repo, files_metadata=True)
    sizes = {one.rfilename: one.size for one in info.siblings or ()}
    assert sizes["sub/model.safetensors"] == 256 * 20_000
    assert info.card_data is not None
    assert info.card_data["license"] == "mit"


def test_the_same_folder_again_is_no_new_commit(ann: HfApi, repo: str, folder: Path) -> None:
    """What is there already is not sent."""
    first = ann.upload_folder(repo_id=repo, folder_path=folder)

    assert ann.upload_folder(repo_id=repo, folder_path=folder).oid == first.oid


def test_a_file_object_goes_by_git_lfs(ann: HfApi, bob: HfApi, repo: str, tmp_path: Path) -> None:
    """The older way of uploading works beside the chunked one."""
    content = bytes(range(256)) * 9000

    ann.upload_file(path_or_fileobj=io.BytesIO(content), path_in_repo="w.bin", repo_id=repo)

    assert Path(bob.hf_hub_download(repo, "w.bin", cache_dir=tmp_path)).read_bytes() == content


def test_files_are_deleted_and_copied(ann: HfApi, repo: str, folder: Path) -> None:
    """Single files, folders, and copies of blobs without sending them again."""
    from huggingface_hub import CommitOperationCopy, CommitOperationDelete

    ann.upload_folder(repo_id=repo, folder_path=folder)
    copy = CommitOperationCopy("sub/model.safetensors", "copy.safetensors")

    ann.create_commit(repo, [copy, CommitOperationDelete("empty.txt")], commit_message="copy")
    ann.delete_folder("sub", repo)

    assert set(ann.list_repo_files(repo)) == {".gitattributes", "README.md", "config.json", "copy.safetensors"}


def test_a_stale_parent_is_refused(ann: HfApi, repo: str) -> None:
    """The client learns that somebody was faster."""
    from huggingface_hub import CommitOperationAdd
    from huggingface_hub.errors import HfHubHTTPError

    parent = ann.model_info(repo).sha
    ann.upload_file(path_or_fileobj=b"1", path_in_repo="a.txt", repo_id=repo)

    with pytest.raises(HfHubHTTPError, match="The branch was updated since you opened this page") as caught:
        ann.create_commit(repo, [CommitOperationAdd("b.txt", b"2")], commit_message="m", parent_commit=parent)

    assert caught.value.response.status_code == 412


def test_a_branch_takes_its_own_commits(ann: HfApi, repo: str) -> None:
    """Upload to a branch, read from it, not from main."""
    ann.create_branch(repo, branch="dev/x")

    ann.upload_file(path_or_fileobj=b"1", path_in_repo="a.txt", repo_id=repo, revision="dev/x")

    assert ann.file_exists(repo, "a.txt", revision="dev/x")
    assert not ann.file_exists(repo, "a.txt")


def test_a_bad_card_is_told_before_the_upload(ann: HfApi, repo: str) -> None:
    """Broken YAML is named; nothing is committed."""
    before = ann.model_info(repo).sha

    with pytest.raises(ValueError, match=r"YAML|yaml|front matter|mapping"):
        ann.upload_file(path_or_fileobj=b"---\n[: x\n---\n", path_in_repo="README.md", repo_id=repo)

    assert ann.model_info(repo).sha == before


def commit(server: live.Live, token: str, repo: str, *lines: Any) -> tuple[int, str]:
    body = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    status, headers, _ = live.call("POST", f"{server.endpoint}/api/models/{repo}/commit/main", token, body)
    return status, headers["X-Error-Code"] or ""


HEADER = {"key": "header", "value": {"summary": "s"}}
FILE = {"key": "file", "value": {"path": "a", "content": base64.b64encode(b"x").decode(), "encoding": "base64"}}


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"no json", 400),
        (b"[]", 400),
        (b'{"key": "file"}', 400),
        ({"key": "file", "value": {"path": "../up", "content": ""}}, 422),
        ({"key": "file", "value": {"path": "..\\up", "content": ""}}, 422),
        ({"key": "file", "value": {"path": "/etc/passwd", "content": ""}}, 422),
        ({"key": "file", "value": {"path": ".git/config", "content": ""}}, 422),
        ({"key": "file", "value": {"path": "a\u0000b", "content": ""}}, 422),
        ({"key": "file", "value": {"path": "b", "content": "!!", "encoding": "base64"}}, 400),
        ({"key": "lfsFile", "value": {"path": "b", "algo": "sha256", "oid": "0" * 64, "size": 1}}, 400),
        ({"key": "lfsFile", "value": {"path": "b", "algo": "sha256", "oid": "../../x", "size": 1}}, 400),
        ({"key": "deletedFile", "value": {"path": "none"}}, 404),
        ({"key": "surprise", "value": {}}, 501),
        (b'{"key": "file", "value": {"path": "big", "content": "' + b"A" * (16 << 20) + b'"}}', 413),
    ],
)
def test_a_line_that_makes_no_sense_spoils_the_commit(
    server: live.Live, ann: HfApi, repo: str, line: Any, status: int
) -> None:
    """Nothing of such a commit is kept."""
    found, code = commit(server, str(ann.token), repo, HEADER, FILE, line)

    assert (found, bool(code)) == (status, True)
    assert ann.list_repo_files(repo) == [".gitattributes"]


def test_knowing_a_digest_is_not_having_the_bytes(server: live.Live, ann: HfApi, bob: HfApi, repo: str) -> None:
    """A file of a private repo cannot be had by naming its SHA-256."""
    secret = f"{repo}-secret"
    content = b"secret weights\0" * 1000
    ann.create_repo(secret, private=True)
    ann.upload_file(path_or_fileobj=content, path_in_repo="w.bin", repo_id=secret)
    oid = hashlib.sha256(content).hexdigest()
    named = {"key": "lfsFile", "value": {"path": "w.bin", "algo": "sha256", "oid": oid, "size": len(content)}}
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n"
    as_text = {"key": "file", "value": {"path": "w.txt", "content": pointer, "encoding": "utf-8"}}

    assert commit(server, str(bob.token), repo, HEADER, named)[0] == 400
    assert commit(server, str(bob.token), repo, HEADER, as_text)[0] == 400
    assert commit(server, str(ann.token), repo, HEADER, named)[0] == 200
