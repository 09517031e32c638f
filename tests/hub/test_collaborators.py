"""Collaborators: people with a role in one repo alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from people import ANN, BOB, DIGITS, Clock

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import AccessDenied, BadInput, NotFound, RepoNotFound
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.hub.listing import Listing
from jupyter_hubcollab.hub.resolved import Resolved
from jupyter_hubcollab.names import RepoId, Revision, file_path

CARL = Actor("carl", "Carl")
OTHER = RepoId("team", "letters")


@pytest.fixture
def closed(hub: Hub) -> Hub:
    """Two private repos of Ann's; Bob is nobody in their organisation."""
    hub.organisations.create(ANN, "team")
    for repo in (DIGITS, OTHER):
        hub.repos.create(ANN, repo, private=True)
    return hub


def test_a_reader_sees_this_repo_and_no_other(closed: Hub) -> None:
    """By name and in lists, with its files, and cannot write."""
    closed.collaborators.put(ANN, DIGITS, "bob", "read")

    assert closed.repos.get(BOB, DIGITS).id == DIGITS
    assert [one.id for one in closed.repos.select(BOB, Listing())] == [DIGITS]
    assert closed.files.tree(BOB, DIGITS, "main")
    with pytest.raises(RepoNotFound):
        closed.repos.get(BOB, OTHER)
    with pytest.raises(AccessDenied):
        closed.commits.commit(BOB, DIGITS, [Put(file_path("a"), b"a", 1)], message="a")


def test_a_writer_commits_and_an_admin_decides(closed: Hub) -> None:
    """Each role as in an organisation, for one repo."""
    closed.collaborators.put(ANN, DIGITS, "bob", "write")
    closed.commits.commit(BOB, DIGITS, [Put(file_path("a"), b"a", 1)], message="a")
    with pytest.raises(AccessDenied):
        closed.collaborators.put(BOB, DIGITS, "carl", "read")

    closed.collaborators.put(ANN, DIGITS, "bob", "admin")
    closed.collaborators.put(BOB, DIGITS, "carl", "read")

    assert [(one.user, one.role) for one in closed.collaborators.list(BOB, DIGITS)] == [
        ("bob", "admin"),
        ("carl", "read"),
    ]
    with pytest.raises(AccessDenied):
        closed.repos.create(BOB, RepoId("team", "more"))


def test_a_role_ends_when_it_is_taken_or_given_up(closed: Hub) -> None:
    """At once, and everybody may go by themselves."""
    closed.collaborators.put(ANN, DIGITS, "bob", "write")
    closed.collaborators.put(ANN, DIGITS, "carl", "read")

    closed.collaborators.drop(ANN, DIGITS, "bob")
    closed.collaborators.drop(CARL, DIGITS, "carl")

    for actor in (BOB, CARL):
        with pytest.raises(RepoNotFound):
            closed.repos.get(actor, DIGITS)
    with pytest.raises(NotFound):
        closed.collaborators.drop(ANN, DIGITS, "bob")


def test_a_new_repo_of_the_same_name_has_no_collaborators(closed: Hub, clock: Clock) -> None:
    """Neither its name nor its number gives it those of a deleted one."""
    closed.collaborators.put(ANN, OTHER, "bob", "write")

    closed.repos.delete(ANN, OTHER)
    closed.repos.create(ANN, OTHER, private=True)

    for _ in range(2):
        with pytest.raises(RepoNotFound):
            closed.repos.get(BOB, OTHER)
        clock.forward(timedelta(minutes=1))


def test_a_renamed_repo_keeps_them(closed: Hub) -> None:
    """Whoever works on it goes on."""
    closed.collaborators.put(ANN, DIGITS, "bob", "write")

    closed.repos.rename(ANN, DIGITS, RepoId("team", "numbers"))

    assert closed.repos.get(BOB, DIGITS).id == RepoId("team", "numbers")
    assert closed.namespaces.sees_repo(BOB, RepoId("team", "numbers"), "ann", private=True)
    assert not closed.namespaces.sees_repo(BOB, DIGITS, "ann", private=True)


@pytest.mark.parametrize("user", ["", " ", "anonymous", "a\nb", "x" * 201])
def test_nobody_is_no_collaborator(closed: Hub, user: str) -> None:
    """People are named as Jupyter knows them."""
    with pytest.raises(BadInput):
        closed.collaborators.put(ANN, DIGITS, user, "read")


def test_what_is_remembered_of_paths_heeds_collaborators(closed: Hub) -> None:
    """A path that somebody else looked up is found by a collaborator at once, and not after they left."""
    closed.commits.commit(ANN, DIGITS, [Put(file_path("a"), b"a", 1)], message="a")
    resolved = Resolved(closed.files, closed.blobs, closed.namespaces, closed.events)
    closed.collaborators.put(ANN, DIGITS, "bob", "read")
    asked = (DIGITS, Revision("main"), file_path("a"))
    resolved.find(BOB, *asked)

    during = resolved.remembered(BOB, *asked)
    closed.collaborators.drop(ANN, DIGITS, "bob")
    closed.repos.get(ANN, DIGITS)

    assert during is not None
    assert resolved.remembered(BOB, *asked) is None
    with pytest.raises(RepoNotFound):
        resolved.find(BOB, *asked)
