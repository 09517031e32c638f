"""Clone, fetch and push with the real git and git-lfs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import live
import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi

pytestmark = pytest.mark.skipif(
    shutil.which("git") is None or shutil.which("git-lfs") is None, reason="git and git-lfs are not installed"
)
Git = Callable[..., str]
WEIGHTS = bytes(range(256)) * 3000 + b"end"


class Refused(Exception):
    """git said no."""


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Runs git in a folder, with nobody's settings and no prompts."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[user]\n name = Git User\n email = git@example.org\n[init]\n defaultBranch = main\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C.UTF-8",
    }
    subprocess.run(["git", "lfs", "install"], env=environment, cwd=home, check=True, capture_output=True)

    def run(folder: Path, *args: str) -> str:
        done = subprocess.run(["git", *args], cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Refused(done.stderr + done.stdout)
        return done.stdout

    return run


@pytest.fixture(scope="session")
def ann(server: live.Live) -> HfApi:
    from huggingface_hub import HfApi

    return HfApi(endpoint=server.endpoint, token=server.hub_token("ann"))


@pytest.fixture
def repo(ann: HfApi) -> str:
    name = f"team/g{uuid4().hex[:12]}"
    ann.create_repo(name)
    return name


@pytest.fixture
def clone(server: live.Live, ann: HfApi, git: Git, repo: str, tmp_path: Path) -> Path:
    """A clone of the repo, logged in as Ann."""
    git(tmp_path, "clone", "-q", url(server, repo, str(ann.token)), "clone")
    return tmp_path / "clone"


def url(server: live.Live, repo: str, password: str) -> str:
    scheme, rest = server.endpoint.split("://")
    return f"{scheme}://any:{password}@{rest}/{repo}"


def commit(git: Git, clone: Path, **files: bytes) -> None:
    for name, content in files.items():
        (clone / name.replace("__", ".")).write_bytes(content)
    git(clone, "add", "-A")
    git(clone, "commit", "-q", "-m", "from git")


def test_a_clone_has_every_byte(server: live.Live, ann: HfApi, git: Git, repo: str, tmp_path: Path) -> None:
    """Large files come by git-lfs, however they were uploaded; git finds the copy sound."""
    ann.upload_file(path_or_fileobj=WEIGHTS, path_in_repo="w.safetensors", repo_id=repo)
    ann.upload_file(path_or_fileobj=b"# hi\n", path_in_repo="notes.md", repo_id=repo)

    git(tmp_path, "clone", "-q", url(server, repo, str(ann.token)) + ".git", "copy")

    assert (tmp_path / "copy" / "w.safetensors").read_bytes() == WEIGHTS
    assert git(tmp_path / "copy", "status", "--porcelain") == ""
    git(tmp_path / "copy", "fsck", "--strict")
    git(tmp_path / "copy", "lfs", "fsck")


def test_the_server_s_own_token_is_a_password(server: live.Live, git: Git, repo: str, tmp_path: Path) -> None:
    """So that a terminal in JupyterLab can clone with what it has."""
    git(tmp_path, "clone", "-q", url(server, repo, live.TOKEN), "copy")

    assert (tmp_path / "copy" / ".gitattributes").exists()


def test_a_clone_may_be_shallow_or_partial(server: live.Live, ann: HfApi, git: Git, repo: str, tmp_path: Path) -> None:
    """One commit; or all of them without the contents."""
    for n in range(3):
        ann.upload_file(path_or_fileobj=b"%d" % n, path_in_repo="a", repo_id=repo)
    address = url(server, repo, str(ann.token))

    git(tmp_path, "clone", "-q", "--depth", "1", address, "shallow")
    git(tmp_path, "clone", "-q", "--filter=blob:none", address, "partial")

    assert git(tmp_path / "shallow", "rev-list", "--count", "HEAD").strip() == "1"
    assert git(tmp_path / "partial", "log", "--oneline").count("\n") == 4


def test_what_a_small_clone_lacks_is_fetched_later(
    server: live.Live, ann: HfApi, git: Git, repo: str, tmp_path: Path
) -> None:
    """Deeper history, all of it, and single contents when they are looked at; a push from a shallow clone counts."""
    for n in range(4):
        ann.upload_file(path_or_fileobj=b"%d" % n, path_in_repo="a", repo_id=repo)
    address, shallow, partial = url(server, repo, str(ann.token)), tmp_path / "shallow", tmp_path / "partial"
    git(tmp_path, "clone", "-q", "--depth", "1", address, "shallow")
    git(tmp_path, "clone", "-q", "--filter=blob:none", "--no-checkout", address, "partial")

    git(shallow, "fetch", "-q", "--deepen", "2")
    deepened = git(shallow, "rev-list", "--count", "HEAD").strip()
    commit(git, shallow, b=b"new")
    git(shallow, "push", "-q", "origin", "main")
    git(shallow, "fetch", "-q", "--unshallow")

    assert (deepened, git(shallow, "rev-list", "--count", "HEAD").strip()) == ("3", "6")
    assert git(partial, "show", "HEAD~2:a") == "1"
    assert ann.file_exists(repo, "b")


def test_a_push_is_seen_by_everyone(ann: HfApi, git: Git, clone: Path, repo: str) -> None:
    """Files, blobs, card and tag; the next fetch sees a commit by HTTP."""
    card = b"---\nlicense: mit\n---\n# Pushed\n"
    commit(git, clone, README__md=card, w__bin=WEIGHTS)
    git(clone, "tag", "-a", "v1", "-m", "first")

    git(clone, "push", "-q", "origin", "main", "v1")

    assert set(ann.list_repo_files(repo, revision="v1")) == {".gitattributes", "README.md", "w.bin"}
    assert Path(ann.hf_hub_download(repo, "w.bin")).read_bytes() == WEIGHTS
    assert "license:mit" in (ann.model_info(repo).tags or [])
    ann.upload_file(path_or_fileobj=b"1", path_in_repo="b", repo_id=repo)
    git(clone, "pull", "-q", "--ff-only")
    assert (clone / "b").read_bytes() == b"1"


def test_a_branch_is_pushed_and_deleted(ann: HfApi, git: Git, clone: Path, repo: str) -> None:
    """main stays where it was."""
    git(clone, "switch", "-q", "-c", "dev")
    commit(git, clone, a=b"1")

    git(clone, "push", "-q", "origin", "dev")

    assert ann.file_exists(repo, "a", revision="dev")
    assert not ann.file_exists(repo, "a")
    git(clone, "push", "-q", "origin", "--delete", "dev")
    assert [ref.name for ref in ann.list_repo_refs(repo).branches] == ["main"]


def test_a_push_over_somebody_s_commit_is_refused(ann: HfApi, git: Git, clone: Path, repo: str) -> None:
    """By git itself, and by the hub when forced."""
    ann.upload_file(path_or_fileobj=b"theirs", path_in_repo="a", repo_id=repo)
    commit(git, clone, a=b"mine")

    with pytest.raises(Refused, match=r"fetch first|rejected"):
        git(clone, "push", "-q", "origin", "main")
    with pytest.raises(Refused, match="main cannot be rewritten"):
        git(clone, "push", "-q", "--force", "origin", "main")

    assert Path(ann.hf_hub_download(repo, "a")).read_bytes() == b"theirs"


def test_a_pointer_without_its_bytes_is_refused(ann: HfApi, git: Git, clone: Path, repo: str) -> None:
    """Nothing in the hub points to what it does not have."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"5" * 64 + b"\nsize 5\n"
    commit(git, clone, w__txt=pointer)

    with pytest.raises(Refused, match="points to a blob that was not uploaded"):
        git(clone, "push", "-q", "--no-verify", "origin", "main")

    assert ann.list_repo_files(repo) == [".gitattributes"]


def test_a_large_file_in_git_is_refused(git: Git, clone: Path) -> None:
    """It belongs into git-lfs; the message says how."""
    commit(git, clone, large__txt=b"x" * (11 << 20))

    with pytest.raises(Refused, match="git lfs track"):
        git(clone, "push", "-q", "origin", "main")


def test_an_unsafe_file_is_refused(git: Git, clone: Path) -> None:
    """A pickle that runs a program is looked through on this way in, too."""
    commit(git, clone, m__pkl=b"cos\nsystem\n(S'true'\ntR.")

    with pytest.raises(Refused, match=r"m\.pkl"):
        git(clone, "push", "-q", "origin", "main")


@pytest.mark.parametrize(
    ("refspec", "text"),
    [
        (":main", "Cannot delete refs/heads/main"),
        ("HEAD:refs/pr/7", "open the pull request first"),
        ("HEAD:refs/notes/x", "cannot be pushed"),
        ("HEAD:refs/heads/" + "a" * 40, "Invalid reference"),
    ],
)
def test_a_ref_that_may_not_move_stays(git: Git, clone: Path, refspec: str, text: str) -> None:
    """main is not deleted, and the hub's own refs are not pushed."""
    with pytest.raises(Refused, match=text):
        git(clone, "push", "-q", "origin", refspec)


def test_a_protected_branch_is_pushed_to_by_admins_only(
    server: live.Live, ann: HfApi, git: Git, clone: Path, repo: str
) -> None:
    """Whoever else may write pushes to other branches; rewriting is for nobody who is no admin."""
    rule = b'{"kind": "branch", "pattern": "release/*", "writers": "admin"}'
    protected = f"{server.url}/hubcollab/api/repos/models/{repo}/access/protected"
    assert live.call("PUT", protected, str(ann.token), rule)[0] == 200
    commit(git, clone, a=b"1")
    bobs = url(server, repo, server.hub_token("bob"))

    git(clone, "push", "-q", bobs, "HEAD:refs/heads/other")
    with pytest.raises(Refused, match="release/1"):
        git(clone, "push", "-q", bobs, "HEAD:refs/heads/release/1")
    git(clone, "push", "-q", "origin", "HEAD:refs/heads/release/1")
    with pytest.raises(Refused, match="release/1"):
        git(clone, "push", "-q", bobs, ":release/1")

    assert {one.name for one in ann.list_repo_refs(repo).branches} == {"main", "other", "release/1"}


def test_a_version_does_not_move(ann: HfApi, git: Git, clone: Path, repo: str) -> None:
    """A tag that exists stays where it is."""
    ann.create_tag(repo, tag="v1")
    commit(git, clone, a=b"1")
    git(clone, "tag", "-f", "v1")

    with pytest.raises(Refused, match="versions do not move"):
        git(clone, "push", "-q", "--force", "origin", "v1")


def test_strangers_and_readers_do_not_push(server: live.Live, git: Git, clone: Path, repo: str) -> None:
    """A wrong token is asked again, one for reading is refused; both before anything is sent."""
    commit(git, clone, a=b"1")

    with pytest.raises(Refused, match=r"Authentication failed|could not read Username|401"):
        git(clone, "push", "-q", url(server, repo, "hc_wrong"), "main")
    with pytest.raises(Refused, match="403"):
        git(clone, "push", "-q", url(server, repo, server.hub_token("ann", "read")), "main")


def test_a_private_repo_is_not_there_for_others(
    server: live.Live, ann: HfApi, git: Git, repo: str, tmp_path: Path
) -> None:
    """Like one that does not exist."""
    ann.update_repo_settings(repo, private=True)

    for name in (repo, "team/none"):
        with pytest.raises(Refused, match="not found"):
            git(tmp_path, "clone", "-q", url(server, name, server.hub_token("bob")), "copy")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("{repo}/info/refs", 400),
        ("{repo}/info/refs?service=git-upload-archive", 400),
        ("{repo}/info/refs?service=../../etc/passwd", 400),
        ("{repo}/HEAD", 404),
        ("{repo}.git/objects/info/packs", 404),
        ("{repo}.git/hubcollab.json", 404),
        ("..%2f..%2fx/y/info/refs?service=git-upload-pack", 404),
    ],
)
def test_only_the_smart_protocol_is_served(server: live.Live, ann: HfApi, repo: str, path: str, status: int) -> None:
    """No file of a repository is given away by its name."""
    found, _, _ = live.call("GET", f"{server.endpoint}/{path.format(repo=repo)}", str(ann.token))

    assert found == status


def test_nonsense_is_not_a_push(server: live.Live, ann: HfApi, repo: str) -> None:
    """Whatever is sent, the server goes on."""
    for body in (b"", b"0000", b"nonsense" * 1000, b"ffff" + b"x" * 70_000):
        target = f"{server.endpoint}/{repo}/git-receive-pack"
        status, _, _ = live.call(
            "POST", target, str(ann.token), body, Content_Type="application/x-git-receive-pack-request"
        )
        assert status in (200, 400, 500, 503)

    assert ann.list_repo_files(repo) == [".gitattributes"]
