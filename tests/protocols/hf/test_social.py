"""Likes, squashed history and storage through the unmodified huggingface_hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi


def test_likers_are_listed_and_unlike_counts(server: object, ann: HfApi, repo: str) -> None:
    """The web page likes; the client lists and takes back."""
    import live

    assert isinstance(server, live.Live)
    live.call("POST", f"{server.endpoint}/api/models/{repo}/like", str(ann.token), b"")

    assert [user.username for user in ann.list_repo_likers(repo)] == ["ann"]
    assert ann.model_info(repo).likes == 1
    ann.unlike(repo)
    assert ann.model_info(repo).likes == 0


def test_a_history_is_squashed_and_tags_stay(ann: HfApi, bob: HfApi, repo: str) -> None:
    """One commit with the same files; only the owner may."""
    from huggingface_hub.errors import HfHubHTTPError

    for n in range(3):
        ann.upload_file(path_or_fileobj=b"%d" % n, path_in_repo="a", repo_id=repo)
    ann.create_tag(repo, tag="v1")

    with pytest.raises(HfHubHTTPError):
        bob.super_squash_history(repo)
    ann.super_squash_history(repo, commit_message="all")

    assert [commit.title for commit in ann.list_repo_commits(repo)] == ["all"]
    assert len(ann.list_repo_commits(repo, revision="v1")) == 4
    assert Path(ann.hf_hub_download(repo, "a")).read_bytes() == b"2"


def test_the_blobs_of_a_repo_are_listed(ann: HfApi, repo: str) -> None:
    """With name and size."""
    ann.upload_file(path_or_fileobj=b"\0" * 5000, path_in_repo="w.bin", repo_id=repo)

    assert [(blob.filename, blob.size) for blob in ann.list_lfs_files(repo)] == [("w.bin", 5000)]
    assert repo in {one.id for one in ann.list_user_repos()}


def test_large_files_are_taken_out_of_history(ann: HfApi, bob: HfApi, repo: str) -> None:
    """Out of every commit, branch, tag and pull request; all else stays, and only an admin may."""
    from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError

    ann.upload_file(path_or_fileobj=b"\0 secret", path_in_repo="sub/secret.bin", repo_id=repo)
    ann.upload_file(path_or_fileobj=b"text", path_in_repo="a.txt", repo_id=repo)
    ann.create_tag(repo, tag="v1", tag_message="one")
    ann.create_branch(repo, branch="side")
    ann.upload_file(path_or_fileobj=b"\0 other", path_in_repo="other.bin", repo_id=repo, revision="side")
    ann.upload_file(path_or_fileobj=b"b", path_in_repo="b.txt", repo_id=repo, create_pr=True)
    gone = [one for one in ann.list_lfs_files(repo) if one.ref == "main"]
    assert [one.filename for one in gone] == ["sub/secret.bin"]

    with pytest.raises(HfHubHTTPError):
        bob.permanently_delete_lfs_files(repo, gone)
    ann.permanently_delete_lfs_files(repo, gone)

    for revision, names in {
        "main": ["a.txt"],
        "v1": ["a.txt"],
        "side": ["a.txt", "other.bin"],
        "refs/pr/1": ["a.txt", "b.txt"],
    }.items():
        assert [one for one in ann.list_repo_files(repo, revision=revision) if one[0] != "."] == names
        for commit in ann.list_repo_commits(repo, revision=revision):
            assert "sub/secret.bin" not in ann.list_repo_files(repo, revision=commit.commit_id)
    assert [one.filename for one in ann.list_lfs_files(repo)] == ["other.bin"]
    with pytest.raises(EntryNotFoundError):
        ann.hf_hub_download(repo, "sub/secret.bin")
    assert ann.list_repo_commits(repo, revision="v1")[0].title == "Upload a.txt with huggingface_hub"
    details = ann.get_discussion_details(repo, 1)
    assert [one.summary for one in details.events if one.type == "commit"] == ["Upload b.txt with huggingface_hub"]  # type: ignore[attr-defined]
    ann.merge_pull_request(repo, 1)
