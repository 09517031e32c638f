"""What a crash kept from those who listen is told after the next start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pygit2
import pytest
from people import ANN, BOB, DIGITS

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.events import CommitMade, DiscussionMoved, RepoChanged, RepoDeleted
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.names import FilePath, RepoId, Revision

Heard = list[CommitMade | DiscussionMoved | RepoChanged | RepoDeleted]
Opened = Callable[[Path], tuple[Hub, Heard]]


@pytest.fixture
def opened(start: Callable[..., Hub]) -> Opened:
    """Gives a hub as after a start, and what it tells from then on."""

    def open_(folder: Path) -> tuple[Hub, Heard]:
        hub = start(folder)
        heard: Heard = []
        hub.events.on(CommitMade, heard.append)
        hub.events.on(RepoChanged, heard.append)
        hub.events.on(DiscussionMoved, heard.append)
        hub.events.on(RepoDeleted, heard.append)
        hub.told.begin()
        return hub, heard

    return open_


def commit(hub: Hub, actor: Actor = ANN, **options: str) -> str:
    text = f"{actor.name} {options}".encode()
    put = Put(FilePath("a.txt"), text, len(text))
    return hub.commits.commit(actor, DIGITS, [put], message="a", **options).id  # type: ignore[arg-type]


@pytest.fixture
def dying(tmp_path: Path, opened: Opened) -> Hub:
    """A hub that has told everything until now, and will not come to do so any more."""
    hub, _ = opened(tmp_path)
    hub.repos.create(ANN, DIGITS)
    commit(hub)
    hub.events.close()
    return hub


def test_commits_that_nobody_heard_of_are_told_at_the_next_start(dying: Hub, tmp_path: Path, opened: Opened) -> None:
    """With who made them and what came before; to all who listen by then, and once."""
    before = dying.refs.resolve(ANN, DIGITS, Revision("main")).id
    dying.refs.create_branch(ANN, DIGITS, "side")
    made, aside = commit(dying, BOB, tag="v1"), commit(dying, ANN, branch="side")

    hub, heard = opened(tmp_path)
    hub.events.close()

    told = {(one.ref, one.commit, one.former, one.actor.name) for one in heard if isinstance(one, CommitMade)}
    assert told == {
        ("refs/heads/main", made, before, "bob"),
        ("refs/heads/side", aside, None, "ann"),
        ("refs/tags/v1", made, None, "bob"),
    }
    assert opened(tmp_path)[1] == []


def test_repos_that_nobody_heard_of_are_told(dying: Hub, tmp_path: Path, opened: Opened) -> None:
    """That they were made; their first commit is no news beside that."""
    dying.repos.create(BOB, RepoId("bob", "new"), private=True)

    heard = opened(tmp_path)[1]

    assert heard == [RepoChanged(RepoId("bob", "new"), Actor("bob", "bob"), True, "bob", None, is_new=True)]


def test_deeds_that_leave_nothing_in_git_are_told(dying: Hub, tmp_path: Path, opened: Opened) -> None:
    """Comments, new names, other settings and deletions; in their order, and once."""
    gone = RepoId("ann", "gone")
    dying.repos.create(ANN, gone)
    opened(tmp_path)[0].events.close()
    discussions = dying.social.discussions
    number = discussions.open(ANN, DIGITS, "How?", "so").number
    said = discussions.comment(BOB, DIGITS, number, "thus")
    dying.repos.set_private(ANN, gone, True)
    dying.repos.delete(ANN, gone)
    to = RepoId(DIGITS.namespace, "renamed")
    dying.repos.rename(ANN, DIGITS, to)

    hub, heard = opened(tmp_path)
    hub.events.close()

    assert [type(one).__name__ for one in heard] == [
        "DiscussionMoved",
        "DiscussionMoved",
        "RepoChanged",
        "RepoDeleted",
        "RepoChanged",
    ]
    assert heard[1] == DiscussionMoved(DIGITS, number, "comment", BOB, said.id)
    assert heard[3:] == [RepoDeleted(gone, ANN, True, "ann"), RepoChanged(to, ANN, False, "ann", DIGITS)]
    assert opened(tmp_path)[1] == []


def test_what_other_programs_pushed_is_told_in_the_owners_name(dying: Hub, tmp_path: Path, opened: Opened) -> None:
    """An author whom nobody here knows may see nothing."""
    git = dying.bare.open(dying.repos.get(ANN, DIGITS).storage)
    stranger = pygit2.Signature("Somebody", "somebody@example.org", 1)
    tip = git.references["refs/heads/main"].peel(pygit2.Commit)
    git.create_commit("refs/heads/main", stranger, stranger, "pushed", tip.tree_id, [tip.id])

    (heard,) = opened(tmp_path)[1]

    assert heard.actor == Actor("ann", "ann")


def test_after_a_good_end_nothing_is_told_again(tmp_path: Path, opened: Opened, start: Callable[..., Hub]) -> None:
    """Nor at the first start of a hub whose repos are older than the notes."""
    hub = start(tmp_path)
    hub.repos.create(ANN, DIGITS)
    commit(hub)

    assert opened(tmp_path)[1] == []
    second, heard = opened(tmp_path)
    second.close()
    assert heard == []


def test_a_hub_that_is_only_looked_after_forgets_no_crash(
    dying: Hub, tmp_path: Path, opened: Opened, start: Callable[..., Hub]
) -> None:
    """A command of the operator ends well, and has told nobody anything."""
    made = commit(dying, BOB)

    start(tmp_path).close()

    assert [one.commit for one in opened(tmp_path)[1] if isinstance(one, CommitMade)] == [made]
