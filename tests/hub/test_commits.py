"""Commits: whole or not at all, never over somebody else's, and only of bytes that are here."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pygit2
import pytest
from people import ANN, BOB, DIGITS, READER

from jupyter_hubcollab.errors import (
    AccessDenied,
    BadInput,
    BadPath,
    BadRevision,
    BlobNotFound,
    DigestMismatch,
    EntryNotFound,
    HubError,
    RefExists,
    RevisionNotFound,
    StaleParent,
    StorageFull,
    UnsafeFile,
)
from jupyter_hubcollab.hub.changes import Candidate, Change, Delete, Put
from jupyter_hubcollab.hub.events import CommitMade
from jupyter_hubcollab.hub.hub import Hub, open_hub
from jupyter_hubcollab.hub.objects import written
from jupyter_hubcollab.names import Digest, FilePath, RepoId, Revision
from jupyter_hubcollab.storage.database import Database
from jupyter_hubcollab.storage.journal import Journal


def text(path: str, content: str = "text") -> Put:
    return Put(FilePath(path), content.encode(), len(content.encode()))


def blob(hub: Hub, path: str, content: bytes) -> Put:
    return Put(FilePath(path), hub.blobs.put([content]), len(content))


def paths(hub: Hub, repo: RepoId, revision: str = "main") -> list[str]:
    tree = hub.files.tree(ANN, repo, Revision(revision))
    return [entry.path for entry in tree if not entry.is_dir and entry.path != ".gitattributes"]


def test_a_commit_shows_its_files(hub: Hub, digits: RepoId) -> None:
    """Small files stand in git, blobs in the store; both read alike."""
    made = hub.commits.commit(
        BOB, digits, [text("README.md", "# Hi"), blob(hub, "sub/model.bin", b"\0weights")], message="first\n\nwhy"
    )

    assert (made.author, made.author_name, made.message) == ("bob", "Bob Example", "first\n\nwhy")
    assert paths(hub, digits) == ["README.md", "sub/model.bin"]
    assert b"".join(hub.files.open(ANN, digits, Revision("main"), FilePath("sub/model.bin"))) == b"\0weights"
    assert hub.files.read_text(ANN, digits, Revision("main"), FilePath("README.md")) == "# Hi"
    assert hub.repos.get(ANN, digits).head == made.id
    assert hub.repos.get(ANN, digits).size_bytes == sum(e.size for e in hub.files.tree(ANN, digits, Revision("main")))


def test_a_pointer_in_disguise_hands_nothing_out(hub: Hub, digits: RepoId) -> None:
    """Knowing a SHA-256 is no proof of having the bytes: text that names a blob is not taken for it."""
    secret = hub.blobs.put([b"secret weights"])
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{secret}\nsize 14\n"

    with pytest.raises(BadInput, match="pointer"):
        hub.commits.commit(BOB, digits, [text("stolen.bin", pointer)], message="m")

    assert paths(hub, digits) == []


def test_a_commit_is_told_after_it_is_there(hub: Hub, digits: RepoId) -> None:
    """Listeners find what they are told of."""
    seen: list[tuple[CommitMade, str]] = []
    hub.events.on(CommitMade, lambda event: seen.append((event, hub.refs.resolve(ANN, digits, Revision("main")).id)))

    made = hub.commits.commit(BOB, digits, [text("a")], message="m", tag="v1")

    event = CommitMade(digits, "refs/heads/main", made.id, BOB, "v1", False, "ann")
    assert seen == [(event, made.id)]


def test_files_change_and_go(hub: Hub, digits: RepoId) -> None:
    """A folder goes with all its files; a file may take the place of a folder that goes."""
    hub.commits.commit(ANN, digits, [text("a/b/c"), text("a/d"), text("e")], message="1")
    hub.commits.commit(ANN, digits, [Delete(FilePath("a/b")), text("e", "new")], message="2")

    assert paths(hub, digits) == ["a/d", "e"]
    hub.commits.commit(ANN, digits, [Delete(FilePath("a"))], message="3")
    hub.commits.commit(ANN, digits, [text("a")], message="4")
    assert paths(hub, digits) == ["a", "e"]


def test_a_name_may_change_its_case(hub: Hub, digits: RepoId) -> None:
    """The old one goes in the same commit, so nothing clashes."""
    hub.commits.commit(ANN, digits, [text("Dir/a"), text("B")], message="1")

    changes = [Delete(FilePath("Dir/a")), text("dir/a"), Delete(FilePath("B")), text("b")]
    hub.commits.commit(ANN, digits, changes, message="2")

    assert paths(hub, digits) == ["b", "dir/a"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ([text("a/b")], BadPath),
        ([text("dir")], BadPath),
        ([text("A")], BadPath),
        ([text("Dir/x")], BadPath),
        ([text("x/y"), text("x")], BadPath),
        ([text("x/y"), text("X/z")], BadPath),
        ([text("caf\u00e9"), text("cafe\u0301")], BadPath),
        ([text("x"), text("x", "other")], BadPath),
        ([text("x"), Delete(FilePath("x"))], BadPath),
        ([Delete(FilePath("none"))], EntryNotFound),
        ([Delete(FilePath("a/none"))], (EntryNotFound, BadPath)),
        ([Put(FilePath("x"), Digest("0" * 64), 3)], BlobNotFound),
        ([text("x", f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 3\n")], BadInput),
    ],
)
def test_a_commit_that_cannot_be_is_refused_whole(
    hub: Hub, digits: RepoId, changes: list[Change], error: type[HubError]
) -> None:
    """Clashes of names and missing bytes; what was there stays as it was."""
    before = hub.commits.commit(ANN, digits, [text("a"), text("dir/file")], message="1")

    with pytest.raises(error):
        hub.commits.commit(ANN, digits, [text("good"), *changes], message="2")

    assert hub.refs.resolve(ANN, digits, Revision("main")) == before


def test_a_blob_of_another_size_is_refused(hub: Hub, digits: RepoId) -> None:
    """The announced size is checked against the bytes."""
    digest = hub.blobs.put([b"1234"])

    with pytest.raises(DigestMismatch):
        hub.commits.commit(ANN, digits, [Put(FilePath("x.bin"), digest, 5)], message="m")


def test_who_may_only_read_does_not_commit(hub: Hub, digits: RepoId) -> None:
    """A token for reading is no token for writing."""
    with pytest.raises(AccessDenied):
        hub.commits.commit(READER, digits, [text("a")], message="m")
    with pytest.raises(AccessDenied):
        hub.commits.staging(READER, digits)


def test_a_commit_on_a_moved_branch_is_refused(hub: Hub, digits: RepoId) -> None:
    """Nobody overwrites what they have not seen."""
    seen = hub.refs.resolve(ANN, digits, Revision("main")).id
    hub.commits.commit(BOB, digits, [text("a", "bob")], message="bob's")

    with pytest.raises(StaleParent):
        hub.commits.commit(ANN, digits, [text("a", "ann")], message="ann's", parent=seen)

    assert hub.files.read_text(ANN, digits, Revision("main"), FilePath("a")) == "bob"


def test_a_commit_whose_answer_was_lost_can_be_sent_again(hub: Hub, digits: RepoId) -> None:
    """The repeated commit is the first one; with a parent and without."""
    parent = hub.refs.resolve(ANN, digits, Revision("main")).id
    first = hub.commits.commit(ANN, digits, [text("a")], message="m", parent=parent)

    assert hub.commits.commit(ANN, digits, [text("a")], message="m", parent=parent) == first
    assert hub.commits.commit(ANN, digits, [text("a")], message="m") == first


def test_a_tag_comes_with_the_commit_or_neither(hub: Hub, digits: RepoId) -> None:
    """A version that exists is not made again, and its commit neither."""
    first = hub.commits.commit(ANN, digits, [text("a", "1")], message="1", tag="v1", tag_message="first version")

    with pytest.raises(RefExists):
        hub.commits.commit(ANN, digits, [text("a", "2")], message="2", tag="v1")

    assert hub.refs.resolve(ANN, digits, Revision("main")) == first
    assert [(tag.name, tag.commit, tag.message) for tag in hub.refs.tags(ANN, digits)] == [
        ("v1", first.id, "first version")
    ]


@pytest.mark.parametrize(
    ("branch", "error"), [("none", RevisionNotFound), ("v1", BadRevision), ("refs/tags/v1", BadRevision)]
)
def test_only_branches_take_commits(hub: Hub, digits: RepoId, branch: str, error: type[HubError]) -> None:
    """A tag does not move, and a branch is not made by accident."""
    hub.refs.create_tag(ANN, digits, "v1")

    with pytest.raises(error):
        hub.commits.commit(ANN, digits, [text("a")], message="m", branch=Revision(branch))


def test_a_scan_can_refuse_a_file(hub: Hub, digits: RepoId) -> None:
    """It sees path, size and bytes of every file before anything is written."""
    looked: list[tuple[str, int, bytes]] = []

    def scan(file: Candidate) -> None:
        looked.append((file.path, file.size, b"".join(file.read())))
        if file.path.endswith(".pkl"):
            raise UnsafeFile("it runs code")

    hub.commits.scans.append(scan)
    staged = hub.commits.staging(ANN, digits).put(FilePath("s"), b"staged")

    with pytest.raises(UnsafeFile):
        hub.commits.commit(ANN, digits, [text("a", "x"), staged, blob(hub, "b.pkl", b"pkl")], message="m")

    assert looked == [("a", 1, b"x"), ("s", 6, b"staged"), ("b.pkl", 3, b"pkl")]
    assert paths(hub, digits) == []


def test_git_lfs_knows_every_blob(hub: Hub, digits: RepoId) -> None:
    """A path that no pattern covers gets a line of its own in .gitattributes; one that is covered does not."""
    hub.commits.commit(ANN, digits, [blob(hub, "model.bin", b"1"), blob(hub, "odd name[1].dat", b"2")], message="m")

    lines = hub.files.read_text(ANN, digits, Revision("main"), FilePath(".gitattributes")).splitlines()
    assert lines[-1] == r"/odd[[:space:]]name\[1\].dat filter=lfs diff=lfs merge=lfs -text"
    assert sum("model.bin" in line for line in lines) == 0


def test_writers_at_once_lose_nothing(hub: Hub, digits: RepoId) -> None:
    """Four threads commit to one branch; every file is there in the end."""

    def work(who: int) -> None:
        for n in range(8):
            hub.commits.commit(BOB, digits, [text(f"{who}-{n}")], message="m")

    threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(paths(hub, digits)) == 32
    assert len(hub.refs.history(ANN, digits, Revision("main"))) == 33


CRASH = """
import os, signal, sys
from pathlib import Path
from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.hub import commits
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import open_hub
from jupyter_hubcollab.names import FilePath, RepoId
from jupyter_hubcollab.storage.database import Database

folder, step = Path(sys.argv[1]), sys.argv[2]
hub = open_hub(folder, Database(f"sqlite:///{folder}/index.sqlite"))
real = getattr(commits, step, None) or getattr(commits.Commits, step)

def dies(*args):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(commits if hasattr(commits, step) else commits.Commits, step, dies)
tag = sys.argv[3] or None
hub.commits.commit(Actor("ann", "Ann"), RepoId("team", "digits"), [Put(FilePath("a"), b"x", 1)], message="m", tag=tag)
"""


@pytest.mark.parametrize("tag", ["v1", ""])
@pytest.mark.parametrize(("step", "there"), [("move", False), ("tag_it", True), ("_index", True)])
def test_a_server_killed_in_mid_commit_leaves_all_of_it_or_nothing(
    hub: Hub, digits: RepoId, tmp_path: Path, step: str, there: bool, tag: str
) -> None:
    """After the next start the commit, its tag and the index agree."""
    subprocess.run([sys.executable, "-c", CRASH, str(tmp_path), step, tag], check=False, capture_output=True)

    database = Database(f"sqlite:///{tmp_path}/index.sqlite")
    again = open_hub(tmp_path, database)

    assert paths(again, digits) == (["a"] if there else [])
    assert [tag.name for tag in again.refs.tags(ANN, DIGITS)] == ([tag] if there and tag else [])
    assert again.repos.get(ANN, digits).head == again.refs.resolve(ANN, digits, Revision("main")).id
    database.close()


def test_the_card_is_in_the_index(hub: Hub, digits: RepoId) -> None:
    """Fields of README.md are known to listings; a card that cannot be read is no obstacle."""
    card = "---\nlicense: mit\ntags: [vision, 3]\npipeline_tag: image-classification\n---\n# Digits\n"
    hub.commits.commit(ANN, digits, [text("README.md", card)], message="m")

    from jupyter_hubcollab.hub.listing import Listing

    assert hub.repos.get(ANN, digits).card["license"] == "mit"
    assert [repo.id for repo in hub.repos.select(BOB, Listing(tags=["license:mit", "vision"]))] == [digits]
    hub.commits.commit(ANN, digits, [text("README.md", "---\n[: broken\n---\n")], message="m")
    assert hub.repos.get(ANN, digits).card == {}


def test_a_hub_that_died_while_it_made_a_tag_opens_and_makes_it(hub: Hub, digits: RepoId, tmp_path: Path) -> None:
    """What moving the ref of the tag had left is in nobody's way."""
    made = hub.commits.commit(ANN, digits, [text("f.txt")], message="m", tag="v1")
    storage = hub.repos.get(ANN, digits).storage
    folder = hub.bare.path(storage)
    tag = (folder / "refs/tags/v1").read_text().strip()
    (folder / "refs/tags/v1").rename(folder / "refs/tags/v1.lock")
    steps = {"ref": "refs/heads/main", "old": made.parents[0], "new": made.id, "tag": "v1", "tag_object": tag}
    Journal(tmp_path / "journal").note(storage, steps)

    again = open_hub(tmp_path, hub.database)

    assert again.refs.resolve(ANN, digits, Revision("v1")).id == made.id
    assert list(again.upkeep.fsck()) == []


def test_a_commit_for_which_the_disk_had_no_room_is_told_as_that(hub: Hub, digits: RepoId) -> None:
    """libgit2 gives the id of a commit that it could not write."""
    git = hub.bare.open(hub.repos.get(ANN, digits).storage)

    with pytest.raises(StorageFull):
        written(git, pygit2.Oid(hex="1" * 40))
