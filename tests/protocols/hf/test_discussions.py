"""Discussions and pull requests through the unmodified huggingface_hub."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import live
import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning", "ignore:Hidden comments:UserWarning")


@pytest.fixture
def own(ann: HfApi) -> str:
    """A repo in Ann's own namespace: Bob may read it."""
    name = f"ann/r{uuid4().hex[:12]}"
    ann.create_repo(name)
    return name


def test_a_discussion_is_held(ann: HfApi, bob: HfApi, own: str) -> None:
    """Opened, answered, edited, hidden, renamed, closed, and read with all that."""
    opened = bob.create_discussion(own, "Question", description="What *license*?")
    said = ann.comment_discussion(own, opened.num, "MIT")
    edited = ann.edit_discussion_comment(own, opened.num, said.id, "Apache-2.0")
    renamed = ann.rename_discussion(own, opened.num, "License")
    closed = bob.change_discussion_status(own, opened.num, "closed", comment="thanks")
    rude = bob.comment_discussion(own, opened.num, "rude")
    ann.hide_discussion_comment(own, opened.num, rude.id)

    page = bob.get_discussion_details(own, opened.num)

    assert (opened.author, opened.status, opened.is_pull_request, opened.diff) == ("bob", "open", False, None)
    assert (edited.content, edited.edited, edited.last_edited_by) == ("Apache-2.0", True, "ann")
    assert [one["raw"] for one in edited.edit_history] == ["MIT"]
    assert (renamed.old_title, renamed.new_title, closed.new_status) == ("Question", "License", "closed")
    assert [event.type for event in page.events] == [
        "comment",
        "comment",
        "title-change",
        "comment",
        "status-change",
        "comment",
    ]
    assert (page.title, page.status, page.events[-1].hidden) == ("License", "closed", True)  # type: ignore[attr-defined]
    assert "rude" not in str(page)


def test_discussions_are_listed_by_page_and_filter(ann: HfApi, bob: HfApi, own: str) -> None:
    """More than a page of them; by type, status and author."""
    for n in range(51):
        ann.create_discussion(own, f"d{n}")
    bob.create_pull_request(own, "pull")
    ann.change_discussion_status(own, 1, "closed")

    def numbers(**asked: str) -> list[int]:
        return [one.num for one in ann.get_repo_discussions(own, **asked)]

    assert numbers() == list(range(52, 0, -1))
    assert numbers(discussion_type="pull_request", author="bob", discussion_status="open") == [52]
    assert numbers(discussion_status="closed") == [1]
    assert len(numbers(discussion_type="discussion")) == 51


def test_a_reader_uploads_to_a_pull_request(ann: HfApi, bob: HfApi, own: str, tmp_path: Path) -> None:
    """Bob may not write; his folder with a blob waits in refs/pr/N, where files are read, until Ann merges it."""
    (tmp_path / "weights.bin").write_bytes(os.urandom(300_000))
    (tmp_path / "config.json").write_text("{}")

    made = bob.upload_folder(repo_id=own, folder_path=tmp_path, create_pr=True, commit_message="Weights")
    assert made.pr_num == 1
    assert made.pr_revision == "refs/pr/1"
    bob.upload_file(repo_id=own, path_in_repo="more.txt", path_or_fileobj=b"more", revision="refs/pr/1")
    seen = bob.get_discussion_details(own, 1)
    ann.change_discussion_status(own, 1, "open")
    ann.merge_pull_request(own, 1, comment="Thanks!")

    page = ann.get_discussion_details(own, 1)
    assert seen.target_branch == "refs/heads/main"
    assert seen.conflicting_files == []
    assert "+more" in (seen.diff or "")
    assert [event.summary for event in seen.events if event.type == "commit"][
        -1
    ] == "Upload more.txt with huggingface_hub"  # type: ignore[attr-defined]
    assert (page.status, page.merge_commit_oid) == ("merged", ann.model_info(own).sha)
    down = Path(ann.hf_hub_download(own, "weights.bin"))
    assert down.read_bytes() == (tmp_path / "weights.bin").read_bytes()


def test_a_commit_opens_a_pull_request(bob: HfApi, own: str) -> None:
    """In one step, also with a file that goes by git-lfs; the branch stays as it was."""
    before = bob.model_info(own).sha

    made = bob.upload_file(repo_id=own, path_in_repo="w.bin", path_or_fileobj=io.BytesIO(b"\0" * 5000), create_pr=True)

    assert made.pr_url == f"{bob.endpoint}/{own}/discussions/1"
    assert bob.get_discussion_details(own, 1).status == "open"
    refs = bob.list_repo_refs(own, include_pull_requests=True)
    assert [(one.ref, one.target_commit) for one in refs.pull_requests or ()] == [("refs/pr/1", made.oid)]
    assert [one.name for one in refs.branches] == ["main"]
    assert bob.model_info(own).sha == before
    assert bob.file_exists(own, "w.bin", revision="refs/pr/1")


def test_a_conflict_is_told(ann: HfApi, bob: HfApi, own: str) -> None:
    """With the files; the pull request stays open. Who may not write does not merge."""
    from huggingface_hub.errors import HfHubHTTPError

    ann.upload_file(repo_id=own, path_in_repo="a", path_or_fileobj=b"base\n")
    bob.upload_file(repo_id=own, path_in_repo="a", path_or_fileobj=b"bob\n", create_pr=True)
    ann.upload_file(repo_id=own, path_in_repo="a", path_or_fileobj=b"ann\n")

    with pytest.raises(HfHubHTTPError, match="both sides changed a") as refused:
        ann.merge_pull_request(own, 1)
    with pytest.raises(HfHubHTTPError) as denied:
        bob.merge_pull_request(own, 1)

    assert (refused.value.response.status_code, denied.value.response.status_code) == (409, 403)
    page = ann.get_discussion_details(own, 1)
    assert (page.status, page.conflicting_files) == ("open", ["a"])


def test_git_fetches_and_pushes_a_pull_request(
    server: live.Live, ann: HfApi, bob: HfApi, own: str, tmp_path: Path
) -> None:
    """The author pushes to refs/pr/N and to nothing else; others not even there."""
    bob.create_pull_request(own, "By git")
    clone = tmp_path / "clone"

    def git(*words: str, by: HfApi = bob) -> subprocess.CompletedProcess[str]:
        url = f"{server.endpoint}/{own}".replace("http://", f"http://x:{by.token}@")
        where = [] if words[0] == "clone" else ["-C", str(clone)]
        command = ["git", *where, *(url if word == "URL" else word for word in words)]
        environment = os.environ | {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_GLOBAL": "/dev/null"}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    git("clone", "URL", str(clone))
    git("fetch", "URL", "refs/pr/1:pr")
    git("checkout", "pr")
    (clone / "note.txt").write_text("by git\n")
    git("add", "note.txt")
    git("-c", "user.name=Bob", "-c", "user.email=bob@example.org", "commit", "-m", "Note")

    pushed = git("push", "URL", "pr:refs/pr/1")
    to_main = git("push", "URL", "pr:main")
    deleted = git("push", "URL", ":refs/pr/1")
    unknown = git("push", "URL", "pr:refs/pr/9")

    assert pushed.returncode == 0, pushed.stderr
    assert [one.returncode for one in (to_main, deleted, unknown)] == [1, 1, 1]
    assert Path(ann.hf_hub_download(own, "note.txt", revision="refs/pr/1")).read_text() == "by git\n"
    summaries = [one.summary for one in ann.get_discussion_details(own, 1).events if one.type == "commit"]  # type: ignore[attr-defined]
    assert summaries == ["Note"]
    ann.change_discussion_status(own, 1, "open")
    ann.merge_pull_request(own, 1)
    assert ann.file_exists(own, "note.txt")


def test_a_picture_is_attached(server: live.Live, ann: HfApi, tmp_path: Path) -> None:
    """As the client sends it, found by who is logged in; what a browser might run is not taken."""
    picture = tmp_path / "shot.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))

    url = ann.upload_attachment(picture)

    status, headers, content = live.call("GET", url, str(ann.token), Range="bytes=0-7")
    assert (status, headers["Content-Type"], content) == (206, "image/png", b"\x89PNG\r\n\x1a\n")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert live.call("GET", url, None)[0] == 401
    body = b"<svg onload='alert(1)'/>"
    assert live.call("POST", f"{server.endpoint}/uploads", str(ann.token), body, Content_Type="image/svg+xml")[0] == 400
