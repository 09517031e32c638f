"""Pull requests: opened, added to, compared, merged."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from people import ANN, BOB

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import (
    AccessDenied,
    DiscussionClosed,
    MergeConflict,
    RevisionNotFound,
    StaleParent,
)
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.discussions import Asked
from jupyter_hubcollab.hub.hub import Hub, open_hub
from jupyter_hubcollab.hub.pulls import Proposal
from jupyter_hubcollab.names import Digest, FilePath, RepoId, Revision
from jupyter_hubcollab.storage.database import Database

CAT = Actor("cat", "Cat Example")
MAIN = Revision("main")
OWN = RepoId("ann", "own")
"""In Ann's own namespace: others read it."""


@pytest.fixture
def own(hub: Hub) -> RepoId:
    hub.repos.create(ANN, OWN)
    commit(hub, "a", "one\n")
    return OWN


def put(name: str, text: str) -> Put:
    return Put(FilePath(name), text.encode(), len(text.encode()))


def commit(hub: Hub, name: str, text: str, branch: str = "main", by: Actor = ANN) -> str:
    return hub.commits.commit(by, OWN, [put(name, text)], message=f"set {name}", branch=Revision(branch)).id


def proposed(hub: Hub, name: str = "b", text: str = "x\n") -> int:
    """A pull request of Cat's, who may only read, with one commit."""
    pull, _ = hub.social.pulls.open_with(CAT, OWN, Proposal("More", "please"), [put(name, text)], "add it")
    return pull.number


def text_at(hub: Hub, name: str, revision: str = "main") -> str:
    return hub.files.read_text(ANN, OWN, Revision(revision), FilePath(name))


def test_a_reader_proposes_and_a_writer_merges(hub: Hub, own: RepoId) -> None:
    """A commit to refs/pr/1 by somebody who may not write; main has it after the merge."""
    number = proposed(hub)
    commit(hub, "c", "y\n", f"refs/pr/{number}", CAT)
    with pytest.raises(AccessDenied):
        hub.social.pulls.merge(CAT, own, number)

    merged = hub.social.pulls.merge(ANN, own, number, text="thanks")

    assert (merged.status, merged.author.name) == ("merged", "cat")
    assert merged.merge_commit == hub.refs.resolve(ANN, own, MAIN).id
    assert (text_at(hub, "b"), text_at(hub, "c")) == ("x\n", "y\n")
    assert hub.repos.get(ANN, own).head == merged.merge_commit
    events = hub.social.pulls.events(merged, hub.social.pulls.standing(ANN, merged))
    assert [(one.kind, one.author.name) for one in events if one.kind != "comment"] == [
        ("commit", "cat"),
        ("commit", "cat"),
        ("status", "ann"),
    ]


def test_main_that_went_on_gets_a_commit_with_two_parents(hub: Hub, own: RepoId) -> None:
    """Both sides' changes are there; the diff still shows what was proposed only."""
    number = proposed(hub)
    ahead = commit(hub, "d", "meanwhile\n")

    merged = hub.social.pulls.merge(ANN, own, number)

    made = hub.refs.resolve(ANN, own, MAIN)
    assert made.parents == (ahead, hub.refs.resolve(ANN, own, Revision(f"refs/pr/{number}")).id)
    assert (text_at(hub, "b"), text_at(hub, "d")) == ("x\n", "meanwhile\n")
    assert [one.message for one in hub.social.pulls.standing(ANN, merged).commits] == ["add it"]


def test_a_conflict_names_the_files_and_changes_nothing(hub: Hub, own: RepoId) -> None:
    """Until the author merges main into the pull request, or changes the file."""
    number = proposed(hub, "a", "cat's\n")
    ahead = commit(hub, "a", "ann's\n")

    with pytest.raises(MergeConflict, match="a"):
        hub.social.pulls.merge(ANN, own, number)

    pull = hub.social.discussions.get(ANN, own, number)
    assert hub.social.pulls.standing(ANN, pull).conflicts == ("a",)
    assert (pull.status, hub.refs.resolve(ANN, own, MAIN).id) == ("open", ahead)


def test_two_sides_that_add_large_files_do_not_clash(hub: Hub, own: RepoId) -> None:
    """Each adds a line to .gitattributes at the same place; both are kept."""

    def large(name: str) -> Put:
        content = name.encode() * 100
        digest = Digest(hashlib.sha256(content).hexdigest())
        hub.blobs.put([content], digest)
        return Put(FilePath(name), digest, len(content))

    pull, _ = hub.social.pulls.open_with(CAT, own, Proposal("Large", ""), [large("theirs.weights")], "m")
    hub.commits.commit(ANN, own, [large("ours.weights")], message="m")

    hub.social.pulls.merge(ANN, own, pull.number)

    attributes = text_at(hub, ".gitattributes")
    assert "theirs.weights" in attributes
    assert "ours.weights" in attributes


def test_what_was_not_seen_is_not_merged(hub: Hub, own: RepoId) -> None:
    """A commit that came after one looked stops the merge."""
    number = proposed(hub)
    seen = hub.refs.resolve(ANN, own, Revision(f"refs/pr/{number}")).id
    commit(hub, "c", "surprise\n", f"refs/pr/{number}", CAT)

    with pytest.raises(StaleParent):
        hub.social.pulls.merge(ANN, own, number, head=seen)


def test_strangers_do_not_touch_a_pull_request(hub: Hub, own: RepoId) -> None:
    """Its author and writers of the repo commit to it; nobody does when it is closed, or not there."""
    number = proposed(hub)
    with pytest.raises(AccessDenied):
        commit(hub, "x", "x", f"refs/pr/{number}", BOB)
    commit(hub, "x", "x", f"refs/pr/{number}", ANN)
    hub.social.discussions.set_status(CAT, own, number, "closed")

    with pytest.raises(DiscussionClosed):
        commit(hub, "y", "y", f"refs/pr/{number}", CAT)
    with pytest.raises(DiscussionClosed):
        hub.social.pulls.merge(ANN, own, number)
    for ref in ("refs/pr/7", "refs/pr/x", "refs/pr/1/x"):
        with pytest.raises(RevisionNotFound):
            commit(hub, "y", "y", ref)


def test_a_draft_waits_until_it_is_ready(hub: Hub, own: RepoId) -> None:
    """It takes commits, but is not merged; an empty one may be."""
    pull = hub.social.pulls.open(CAT, own, Proposal("Later", "x", is_draft=True))
    with pytest.raises(DiscussionClosed):
        hub.social.pulls.merge(ANN, own, pull.number)

    hub.social.discussions.set_status(CAT, own, pull.number, "open")
    merged = hub.social.pulls.merge(ANN, own, pull.number)

    assert merged.merge_commit == hub.refs.resolve(ANN, own, MAIN).id
    with pytest.raises(DiscussionClosed):
        hub.social.discussions.set_status(ANN, own, pull.number, "open")


def test_the_commits_of_a_branch_are_proposed(hub: Hub, own: RepoId) -> None:
    """They are where the branch was; numbers are shared with discussions."""
    hub.refs.create_branch(ANN, own, "fix")
    head = commit(hub, "b", "fixed\n", "fix")
    hub.social.discussions.open(CAT, own, "t", "x")

    pull = hub.social.pulls.open(ANN, own, Proposal("Fix", "x", start=Revision("fix")))

    standing = hub.social.pulls.standing(ANN, pull)
    assert (pull.number, standing.head) == (2, head)
    assert [one.id for one in standing.commits] == [head]
    assert [one.number for one in hub.social.discussions.list(ANN, own, Asked("pull_request"))[0]] == [2]


def test_what_was_pushed_by_hand_is_merged(hub: Hub, own: RepoId) -> None:
    """When main has all its commits, a pull request is done, whoever brought them."""
    number = proposed(hub)
    other = hub.social.pulls.open(ANN, own, Proposal("Same", "", start=Revision(f"refs/pr/{number}"))).number

    hub.social.pulls.merge(ANN, own, other)

    assert hub.social.discussions.get(ANN, own, number).status == "merged"


def test_a_squashed_main_does_not_get_its_history_back(hub: Hub, own: RepoId) -> None:
    """The changes come, the old commits do not."""
    number = proposed(hub)
    hub.commits.squash(ANN, own, branch=MAIN, message="all")

    hub.social.pulls.merge(ANN, own, number)

    assert [one.message for one in hub.refs.history(ANN, own, MAIN)] == ["More (#1)", "all"]
    assert text_at(hub, "b") == "x\n"


def test_a_refused_first_commit_leaves_no_pull_request(hub: Hub, own: RepoId) -> None:
    """Neither number nor ref."""
    with pytest.raises(DiscussionClosed):
        hub.social.pulls.open_with(CAT, own, Proposal("t", "x"), [_Refused()], "m")  # type: ignore[list-item]

    assert hub.social.discussions.list(ANN, own, Asked())[1] == 0
    assert hub.refs.all(ANN, own, "refs/pr/") == {}


class _Refused:
    """A change that cannot be made."""

    @property
    def path(self) -> FilePath:
        raise DiscussionClosed("no")


CRASH = """
import os, signal, sys
from pathlib import Path
from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.hub import commits, pulls
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import open_hub
from jupyter_hubcollab.names import FilePath, RepoId
from jupyter_hubcollab.storage.database import Database

folder, owner, step, work = Path(sys.argv[1]), *sys.argv[2:5]
hub = open_hub(folder, Database(f"sqlite:///{folder}/index.sqlite"))

def dies(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

part = {"commits": commits, "Commits": commits.Commits, "pulls": pulls, "Pulls": pulls.Pulls}[owner]
setattr(part, step, dies)
repo, cat = RepoId("ann", "own"), Actor("cat", "Cat")
if work == "open":
    hub.social.pulls.open_with(cat, repo, pulls.Proposal("t", "x"), [Put(FilePath("b"), b"x", 1)], "m")
else:
    hub.social.pulls.merge(Actor("ann", "Ann"), repo, 1)
"""


@pytest.mark.parametrize(
    ("owner", "step"), [("Commits", "begin_pull"), ("Commits", "commit"), ("commits", "move"), ("pulls", "note")]
)
def test_a_half_made_pull_request_is_invisible(hub: Hub, own: RepoId, tmp_path: Path, owner: str, step: str) -> None:
    """Killed at any step, the server has nothing of it after the next start."""
    subprocess.run([sys.executable, "-c", CRASH, str(tmp_path), owner, step, "open"], check=False, capture_output=True)

    assert hub.social.discussions.list(ANN, own, Asked())[1] == 0
    again = open_hub(tmp_path, Database(f"sqlite:///{tmp_path}/index.sqlite"))

    assert again.social.discussions.list(ANN, own, Asked())[1] == 0
    assert again.refs.all(ANN, own, "refs/pr/") == {}
    again.database.close()


@pytest.mark.parametrize(("owner", "step", "done"), [("commits", "move", False), ("Pulls", "_note_merge", True)])
def test_a_merge_is_done_or_not(hub: Hub, own: RepoId, tmp_path: Path, owner: str, step: str, done: bool) -> None:
    """After a kill, branch and pull request say the same."""
    number = proposed(hub)
    subprocess.run([sys.executable, "-c", CRASH, str(tmp_path), owner, step, "merge"], check=False, capture_output=True)

    again = open_hub(tmp_path, Database(f"sqlite:///{tmp_path}/index.sqlite"))

    assert again.social.discussions.get(ANN, own, number).status == ("merged" if done else "open")
    assert ("b" in [one.path for one in again.files.tree(ANN, own, MAIN)]) == done
    again.database.close()


def test_the_blobs_of_a_pull_request_are_kept(hub: Hub, own: RepoId, clock: object) -> None:
    """The collector of garbage reaches refs/pr/N."""
    from datetime import timedelta

    content = b"weights" * 100
    digest = Digest(hashlib.sha256(content).hexdigest())
    hub.blobs.put([content], digest)
    hub.social.pulls.open_with(CAT, own, Proposal("t", "x"), [Put(FilePath("w.bin"), digest, len(content))], "m")
    clock.forward(timedelta(days=30))  # type: ignore[attr-defined]

    hub.upkeep.gc(timedelta(hours=1))

    assert hub.blobs.has(digest)
