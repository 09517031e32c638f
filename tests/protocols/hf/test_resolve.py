"""Downloads: headers, ranges, revisions, and what is not there."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

import live
import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi

# The client's own older way of uploading.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

CONTENT = bytes(range(256)) * 2000


@pytest.fixture
def filled(ann: HfApi, repo: str) -> str:
    """A repo with the same bytes in three forms: in git, as a whole blob, as chunks."""
    ann.upload_file(path_or_fileobj=CONTENT.hex().encode(), path_in_repo="git.txt", repo_id=repo)
    ann.upload_file(path_or_fileobj=io.BytesIO(CONTENT), path_in_repo="whole.bin", repo_id=repo)
    ann.upload_file(path_or_fileobj=b"other" + CONTENT, path_in_repo="chunks.bin", repo_id=repo)
    return repo


FORMS = {"git.txt": CONTENT.hex().encode(), "whole.bin": CONTENT, "chunks.bin": b"other" + CONTENT}


@pytest.mark.parametrize("path", FORMS)
def test_a_head_tells_all_that_a_client_needs(server: live.Live, ann: HfApi, filled: str, path: str) -> None:
    """Commit, ETag, size; for blobs the linked ones too."""
    url = f"{server.endpoint}/{filled}/resolve/main/{path}"

    status, headers, body = live.call("HEAD", url, str(ann.token))

    assert (status, body) == (200, b"")
    assert headers["X-Repo-Commit"] == ann.model_info(filled).sha
    assert int(headers["Content-Length"]) == len(FORMS[path])
    if path.endswith(".bin"):
        assert headers["X-Linked-Etag"] == headers["ETag"] == f'"{hashlib.sha256(FORMS[path]).hexdigest()}"'
    assert ("X-Xet-Hash" in headers) == (path == "chunks.bin")


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-70000", 100, 70001),
        ("bytes=500000-", 500_000, None),
        ("bytes=-10", -10, None),
        ("bytes=0-99999999", 0, None),
    ],
)
def test_a_range_gives_its_bytes(
    server: live.Live, ann: HfApi, filled: str, path: str, asked: str, start: int, end: int | None
) -> None:
    """From each form."""
    url = f"{server.endpoint}/{filled}/resolve/main/{path}"

    status, headers, body = live.call("GET", url, str(ann.token), Range=asked)

    assert status == 206
    assert body == FORMS[path][start:end]
    assert headers["Content-Range"].endswith(f"/{len(FORMS[path])}")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=99999999-", 416),
        ("bytes=-0", 416),
        ("bytes=5-2", 200),
        ("bytes=-", 200),
        ("bytes=a-b", 200),
        ("bytes=0-1,3-4", 200),
        ("bytes=" + "9" * 400 + "-", 200),
        ("lines=1-2", 200),
    ],
)
def test_a_range_that_makes_no_sense(server: live.Live, ann: HfApi, filled: str, asked: str, status: int) -> None:
    """Beyond the end is 416, nonsense is answered with the whole."""
    url = f"{server.endpoint}/{filled}/resolve/main/whole.bin"

    found, headers, body = live.call("GET", url, str(ann.token), Range=asked)

    assert found == status
    assert body == (CONTENT if status == 200 else b"")
    assert status == 200 or headers["Content-Range"] == f"bytes */{len(CONTENT)}"


def test_a_file_that_the_client_has_is_not_sent_again(server: live.Live, ann: HfApi, filled: str) -> None:
    """`If-None-Match` is answered with 304."""
    url = f"{server.endpoint}/{filled}/resolve/main/whole.bin"
    etag = live.call("HEAD", url, str(ann.token))[1]["ETag"]

    status, _, body = live.call("GET", url, str(ann.token), If_None_Match=etag)

    assert (status, body) == (304, b"")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("{repo}/resolve/main/none", "EntryNotFound"),
        ("{repo}/resolve/main/..%2F..%2Fx", "EntryNotFound"),
        ("{repo}/resolve/main/%00", "EntryNotFound"),
        ("{repo}/resolve/none/git.txt", "RevisionNotFound"),
        ("{repo}/resolve/a..b/git.txt", "RevisionNotFound"),
        ("none/none/resolve/main/git.txt", "RepoNotFound"),
        ("..%2F..%2Fx/y/resolve/main/git.txt", "RepoNotFound"),
        ("gpt2/resolve/main/config.json", "RepoNotFound"),
        ("datasets/{repo}/resolve/main/git.txt", "RepoNotFound"),
    ],
)
def test_what_is_not_there_says_what_is_missing(
    server: live.Live, ann: HfApi, filled: str, path: str, code: str
) -> None:
    """Repo, revision or file; with the commit where it is known, so that clients remember."""
    url = f"{server.endpoint}/{path.format(repo=filled)}"

    status, headers, _ = live.call("HEAD", url, str(ann.token))

    assert (status, headers["X-Error-Code"]) == (404, code)
    assert ("X-Repo-Commit" in headers) == (path == "{repo}/resolve/main/none")


def test_a_page_in_a_repo_is_shown_as_text(server: live.Live, ann: HfApi, repo: str) -> None:
    """A file cannot act in the browser with the reader's login."""
    ann.upload_file(path_or_fileobj=b"<script>alert(1)</script>", path_in_repo="x.html", repo_id=repo)

    _, headers, _ = live.call("GET", f"{server.endpoint}/{repo}/resolve/main/x.html", str(ann.token))

    assert headers["Content-Type"].startswith("text/plain")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


def test_odd_names_come_down_as_they_went_up(ann: HfApi, repo: str) -> None:
    """Spaces, percent signs, other alphabets, quotes."""
    for name in ("a b.txt", "50%.txt", "größe/日本.txt", 'it\'s "it".txt', "a+b&c=d#e?.txt"):
        ann.upload_file(path_or_fileobj=name.encode(), path_in_repo=name, repo_id=repo)

        with open(ann.hf_hub_download(repo, name)) as file:  # noqa: PTH123
            assert file.read() == name


def test_a_file_system_over_repos_works(ann: HfApi, filled: str) -> None:
    """fsspec: list, read a part, write, remove."""
    from huggingface_hub import HfFileSystem

    fs = HfFileSystem(endpoint=ann.endpoint, token=ann.token, skip_instance_cache=True)

    assert {name.rpartition("/")[2] for name in fs.ls(filled, detail=False)} >= set(FORMS)
    with fs.open(f"{filled}/chunks.bin") as file:
        file.seek(300_000)
        assert file.read(10) == FORMS["chunks.bin"][300_000:300_010]
    fs.pipe_file(f"{filled}/new.txt", b"new")
    assert fs.cat_file(f"{filled}/new.txt") == b"new"
    fs.rm_file(f"{filled}/new.txt")
    assert not fs.exists(f"{filled}/new.txt")


def test_downloads_are_counted(ann: HfApi, bob: HfApi, filled: str) -> None:
    """The files of one person's download count once."""
    for name in ("git.txt", "whole.bin"):
        bob.hf_hub_download(filled, name)

    assert ann.model_info(filled).downloads == 1


def test_what_is_remembered_of_a_path_is_true(server: live.Live, ann: HfApi, bob: HfApi, repo: str) -> None:
    """After commits, when the repo is hidden, shown, renamed, made anew: also for who asks again and again."""
    url = f"{server.endpoint}/{repo}/resolve/main/r.txt"

    def tag(api: HfApi) -> tuple[int, str | None]:
        answers = [live.call("HEAD", url, str(api.token)) for _ in range(3)]
        assert len({(status, headers["ETag"]) for status, headers, _ in answers}) == 1
        return answers[0][0], answers[0][1]["ETag"]

    absent = tag(ann)
    seen = []
    for content in (b"one", b"two"):
        ann.upload_file(path_or_fileobj=content, path_in_repo="r.txt", repo_id=repo)
        seen.append((tag(ann), tag(bob)))
    ann.update_repo_settings(repo, private=True)
    hidden = (tag(ann)[0], tag(bob)[0])
    ann.update_repo_settings(repo, private=False)
    shown = tag(bob)
    ann.delete_repo(repo)

    assert absent[0] == 404
    assert seen[0][0] == seen[0][1] != seen[1][0] == seen[1][1] == shown
    assert hidden == (200, 404)
    assert tag(ann)[0] == 404
