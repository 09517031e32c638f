"""Branches, tags, history and trees through the unmodified huggingface_hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi


def test_branches_and_tags_are_made_listed_and_deleted(ann: HfApi, repo: str) -> None:
    """At the commit that was asked for."""
    first = ann.model_info(repo).sha
    ann.upload_file(path_or_fileobj=b"1", path_in_repo="a", repo_id=repo)

    ann.create_branch(repo, branch="old", revision=first)
    ann.create_tag(repo, tag="v1", tag_message="one")

    refs = ann.list_repo_refs(repo, include_pull_requests=True)
    assert {ref.name: ref.target_commit == first for ref in refs.branches} == {"main": False, "old": True}
    assert [(ref.name, ref.ref) for ref in refs.tags] == [("v1", "refs/tags/v1")]
    ann.delete_branch(repo, branch="old")
    ann.delete_tag(repo, tag="v1")
    assert len(ann.list_repo_refs(repo).branches) == 1


def test_a_name_is_given_once(ann: HfApi, repo: str) -> None:
    """A second time is a conflict, unless it may exist."""
    from huggingface_hub.errors import HfHubHTTPError

    ann.create_branch(repo, branch="b")
    ann.create_tag(repo, tag="v1")

    with pytest.raises(HfHubHTTPError, match="Reference refs/heads/b already exists"):
        ann.create_branch(repo, branch="b")
    with pytest.raises(HfHubHTTPError, match="already exists"):
        ann.create_tag(repo, tag="v1")
    ann.create_branch(repo, branch="b", exist_ok=True)
    ann.create_tag(repo, tag="v1", exist_ok=True)


@pytest.mark.parametrize(
    ("branch", "text"), [("refs/pr/5", "Invalid reference for a branch"), ("a..b", "Invalid reference for a branch")]
)
def test_a_branch_that_cannot_be_is_refused(ann: HfApi, repo: str, branch: str, text: str) -> None:
    """In the words that the client's users know."""
    from huggingface_hub.errors import HfHubHTTPError

    with pytest.raises(HfHubHTTPError, match=text):
        ann.create_branch(repo, branch=branch)


def test_main_stays(ann: HfApi, repo: str) -> None:
    """Its deletion is refused, and an unknown start is not found."""
    from huggingface_hub.errors import HfHubHTTPError, RevisionNotFoundError

    with pytest.raises(HfHubHTTPError, match="Cannot delete refs/heads/main"):
        ann.delete_branch(repo, branch="main")
    with pytest.raises(RevisionNotFoundError, match="Invalid rev id"):
        ann.create_branch(repo, branch="x", revision="none")


def test_history_is_whole_over_pages(ann: HfApi, repo: str) -> None:
    """Newest first, with title, message and author."""
    for n in range(3):
        ann.upload_file(
            path_or_fileobj=b"%d" % n, path_in_repo="a", repo_id=repo, commit_message=f"t{n}", commit_description="d"
        )

    commits = ann.list_repo_commits(repo)

    assert [commit.title for commit in commits] == ["t2", "t1", "t0", "initial commit"]
    assert (commits[0].message, commits[0].authors) == ("d", ["ann"])


def test_a_tree_tells_sizes_and_last_commits(ann: HfApi, repo: str, folder: Path) -> None:
    """Files and folders; a part of the tree; single paths."""
    made = ann.upload_folder(repo_id=repo, folder_path=folder)

    tree = {one.path: one for one in ann.list_repo_tree(repo, recursive=True, expand=True)}
    below = [one.path for one in ann.list_repo_tree(repo, "sub")]
    infos = ann.get_paths_info(repo, ["sub", "config.json", "none"], expand=True)

    assert tree["sub/model.safetensors"].lfs.size == 256 * 20_000  # type: ignore[union-attr]
    assert tree["config.json"].last_commit.oid == made.oid  # type: ignore[union-attr]
    assert below == ["sub/model.safetensors"]
    assert sorted(info.path for info in infos) == ["config.json", "sub"]


def test_a_tree_of_many_files_comes_in_pages(ann: HfApi, repo: str) -> None:
    """More files than a page holds."""
    from huggingface_hub import CommitOperationAdd

    adds = [CommitOperationAdd(f"d{n % 7}/f{n}.txt", b"%d" % n) for n in range(1200)]
    ann.create_commit(repo, adds, commit_message="many")

    assert len(ann.list_repo_files(repo)) == 1201


def test_a_folder_that_is_not_there_is_not_found(ann: HfApi, repo: str) -> None:
    """Nor an unknown revision."""
    from huggingface_hub.errors import EntryNotFoundError, RevisionNotFoundError

    with pytest.raises(EntryNotFoundError):
        list(ann.list_repo_tree(repo, "none"))
    with pytest.raises(RevisionNotFoundError):
        list(ann.list_repo_tree(repo, revision="none"))
    with pytest.raises(RevisionNotFoundError):
        ann.model_info(repo, revision="none")
