"""Repos are made, found, listed, renamed and deleted by those who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from people import ANN, BOB, DIGITS, READER, Clock

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import AccessDenied, BadName, RepoExists, RepoNotFound
from jupyter_hubcollab.hub.events import RepoChanged, RepoDeleted
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.hub.listing import Listing
from jupyter_hubcollab.names import RepoId, repo_id


def test_a_new_repo_belongs_to_its_maker(hub: Hub, clock: Clock) -> None:
    """It is there, with one commit, and empty of files but the one that git-lfs needs."""
    repo = hub.repos.create(ANN, DIGITS)

    assert (repo.owner, repo.private, repo.created_at) == ("ann", False, clock.now)
    assert [entry.path for entry in hub.files.tree(ANN, DIGITS, "main")] == [".gitattributes"]
    assert hub.refs.resolve(ANN, DIGITS, "main").id == repo.head


@pytest.mark.parametrize("name", ["team/digits", "Team/Digits", "TEAM/DIGITS"])
def test_a_name_is_taken_in_every_case(hub: Hub, digits: RepoId, name: str) -> None:
    """Two repos never differ in case only."""
    with pytest.raises(RepoExists):
        hub.repos.create(BOB, repo_id(name))

    assert hub.repos.get(BOB, repo_id(name)).id == digits


def test_kinds_have_names_of_their_own(hub: Hub, digits: RepoId) -> None:
    """A data set may be called like a model."""
    hub.repos.create(BOB, RepoId("team", "digits", "dataset"))

    assert hub.repos.get(ANN, digits).owner == "ann"


@pytest.mark.parametrize("actor", [READER, Actor("anonymous", "Anonymous", "read"), Actor("anonymous", "Anonymous")])
def test_a_reader_makes_no_repo(hub: Hub, actor: Actor) -> None:
    """Neither a token for reading nor nobody at all."""
    with pytest.raises(AccessDenied):
        hub.repos.create(actor, DIGITS)

    assert hub.repos.list(ANN) == ()


def test_a_private_repo_is_not_there_for_others(hub: Hub) -> None:
    """Not by name, not in lists, not by its history or files."""
    hub.repos.create(ANN, DIGITS, private=True)

    for call in (hub.repos.get, hub.refs.branches, hub.refs.tags, hub.repos.delete):
        with pytest.raises(RepoNotFound):
            call(BOB, DIGITS)
    with pytest.raises(RepoNotFound):
        hub.files.tree(BOB, DIGITS, "main")
    assert hub.repos.list(BOB) == ()
    assert hub.repos.count(BOB, Listing()) == 0
    assert [repo.id for repo in hub.repos.list(ANN)] == [DIGITS]


@pytest.mark.parametrize(
    ("listing", "names"),
    [
        (Listing(), ["c/three", "b/two", "a/one"]),
        (Listing(order="created", direction="ascending"), ["a/one", "b/two", "c/three"]),
        (Listing(search="TWO"), ["b/two"]),
        (Listing(search="model"), []),
        (Listing(search="%"), []),
        (Listing(search="b/t"), ["b/two"]),
        (Listing(namespace="C"), ["c/three"]),
        (Listing(owner="bob"), ["c/three"]),
        (Listing(limit=1, offset=1), ["b/two"]),
        (Listing(kind="space"), []),
        (Listing(tags=["none"]), []),
    ],
)
def test_a_listing_gives_what_it_asks_for(hub: Hub, clock: Clock, listing: Listing, names: list[str]) -> None:
    """Filters, orders and pages."""
    for name, actor in (("a/one", ANN), ("b/two", ANN), ("c/three", BOB)):
        clock.forward(timedelta(seconds=1))
        hub.repos.create(actor, repo_id(name))

    assert [str(repo.id) for repo in hub.repos.select(ANN, listing)] == names


def test_only_the_owner_changes_or_deletes(hub: Hub, digits: RepoId) -> None:
    """Others may write into a public repo, but not hide, rename or delete it."""
    with pytest.raises(AccessDenied):
        hub.repos.delete(BOB, digits)
    with pytest.raises(AccessDenied):
        hub.repos.set_private(BOB, digits, True)
    with pytest.raises(AccessDenied):
        hub.repos.rename(BOB, digits, RepoId("bob", "mine"))

    assert hub.repos.get(BOB, digits).owner == "ann"


def test_a_deleted_repo_is_gone_and_its_name_free(hub: Hub, digits: RepoId) -> None:
    """History and folder too; everyone is told."""
    told: list[RepoDeleted] = []
    hub.events.on(RepoDeleted, told.append)

    hub.repos.delete(ANN, digits)

    assert [event.repo for event in told] == [digits]
    assert list(hub.bare.all()) == []
    assert hub.repos.create(BOB, digits).owner == "bob"


def test_an_old_name_leads_to_a_renamed_repo(hub: Hub, digits: RepoId) -> None:
    """Scripts go on working after a repo was renamed, until the name is taken again."""
    told: list[RepoChanged] = []
    hub.events.on(RepoChanged, told.append)

    hub.repos.rename(ANN, digits, RepoId("team", "numbers"))

    assert hub.repos.get(BOB, digits).id == RepoId("team", "numbers")
    assert [(event.former, event.repo.name) for event in told] == [(digits, "numbers")]
    hub.repos.create(BOB, digits)
    assert hub.repos.get(ANN, digits).owner == "bob"


def test_a_repo_is_not_renamed_onto_another(hub: Hub, digits: RepoId) -> None:
    """A name that is taken stays with whom has it; a change of case is no clash."""
    hub.repos.create(BOB, RepoId("team", "other"))

    with pytest.raises(RepoExists):
        hub.repos.rename(ANN, digits, RepoId("Team", "Other"))

    assert str(hub.repos.rename(ANN, digits, RepoId("team", "Digits")).id) == "team/Digits"


@pytest.mark.parametrize(
    "text",
    ["", "digits", "../x/y", "../x", "a/..", "a/b/c", "a//b", "a/b.git", "a/b c", "ä/b", "a/-b", "a/b\n", "/"],
)
def test_a_name_that_climbs_or_is_odd_is_refused(text: str) -> None:
    """Names are parsed before anything touches a disk."""
    with pytest.raises(BadName):
        repo_id(text)
