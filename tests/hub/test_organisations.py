"""Organisations: made, joined, left, given up."""

from __future__ import annotations

import pytest
from people import ANN, BOB, DIGITS, READER

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import AccessDenied, BadInput, BadName, Conflict, NotFound
from jupyter_hubcollab.hub.hub import Hub, open_hub
from jupyter_hubcollab.hub.rules import Rules
from jupyter_hubcollab.names import RepoId

CARL = Actor("carl", "Carl")


def test_whoever_makes_an_organisation_is_its_admin(hub: Hub) -> None:
    """And others are no part of it, nor do they learn of it while it shows nothing."""
    made = hub.organisations.create(ANN, "Lab", title="The lab")

    assert (made.name, made.title, made.everyone, made.may, made.members) == ("Lab", "The lab", "read", "admin", 1)
    assert hub.organisations.list(BOB) == ()
    with pytest.raises(NotFound):
        hub.organisations.members(BOB, "lab")


def test_an_organisation_is_seen_by_who_sees_one_of_its_repos(hub: Hub) -> None:
    """A private repo does not show its organisation, a public one does."""
    hub.repos.create(ANN, DIGITS, private=True)
    assert hub.organisations.list(BOB) == ()

    hub.repos.create(ANN, RepoId("team", "letters"))

    assert [(one.name, one.repos) for one in hub.organisations.list(BOB)] == [("team", {"model": 1})]
    assert hub.organisations.get(ANN, "team").repos == {"model": 2}


@pytest.mark.parametrize("name", ["api", "a/b", "", "-x", "ä"])
def test_a_bad_name_is_refused(hub: Hub, name: str) -> None:
    """Organisations are called as namespaces are."""
    with pytest.raises(BadName):
        hub.organisations.create(ANN, name)


def test_a_name_is_taken_once_by_people_or_organisations(hub: Hub) -> None:
    """In whatever case."""
    hub.organisations.create(ANN, "lab")
    hub.namespaces.own(BOB)

    for name in ("LAB", "bob"):
        with pytest.raises(Conflict):
            hub.organisations.create(CARL, name)


def test_members_do_what_their_role_says(hub: Hub) -> None:
    """A reader reads, a writer makes repos, an admin lets others in."""
    hub.organisations.create(ANN, "lab")
    hub.organisations.put_member(ANN, "lab", "bob", "read")
    with pytest.raises(AccessDenied):
        hub.repos.create(BOB, RepoId("lab", "one"))

    assert hub.organisations.put_member(ANN, "lab", "bob", "write").role == "write"
    assert hub.repos.create(BOB, RepoId("lab", "one")).owner == "bob"
    with pytest.raises(AccessDenied):
        hub.organisations.put_member(BOB, "lab", "carl", "read")

    hub.organisations.put_member(ANN, "lab", "bob", "admin")
    hub.organisations.put_member(BOB, "lab", "carl", "read")
    assert [one.user for one in hub.organisations.members(CARL, "lab")] == ["ann", "bob", "carl"]


def test_the_last_admin_stays(hub: Hub) -> None:
    """Neither leaving nor a lesser role leaves an organisation without one."""
    hub.organisations.create(ANN, "lab")

    with pytest.raises(Conflict):
        hub.organisations.drop_member(ANN, "lab", "ann")
    with pytest.raises(Conflict):
        hub.organisations.put_member(ANN, "lab", "ann", "write")
    hub.organisations.put_member(ANN, "lab", "bob", "admin")
    hub.organisations.drop_member(ANN, "lab", "ann")

    assert [one.user for one in hub.organisations.members(BOB, "lab")] == ["bob"]


def test_an_organisation_with_repos_is_not_given_up(hub: Hub) -> None:
    """Its name is free once they are gone."""
    hub.repos.create(ANN, DIGITS)
    with pytest.raises(Conflict):
        hub.organisations.delete(ANN, "team")

    hub.repos.delete(ANN, DIGITS)
    hub.organisations.delete(ANN, "team")

    assert hub.repos.create(BOB, DIGITS).space.members == {"bob": "admin"}


def test_who_was_removed_loses_what_they_made_in_a_closed_organisation(hub: Hub) -> None:
    """It is the organisation's."""
    hub.organisations.create(ANN, "lab")
    hub.organisations.put_member(ANN, "lab", "bob", "write")
    hub.repos.create(BOB, RepoId("lab", "one"), private=True)

    hub.organisations.drop_member(ANN, "lab", "bob")

    assert hub.repos.list(BOB) == ()
    assert [repo.owner for repo in hub.repos.list(ANN)] == ["bob"]


def test_the_owner_of_the_server_looks_after_orphans(hub: Hub) -> None:
    """An organisation that nobody administers is not lost."""
    hub.namespaces.enter(ANN, "team")
    with hub.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM memberships")
    folder = hub.running.parent
    again = open_hub(folder, hub.database, rules=Rules(owner="carl"))

    with pytest.raises(NotFound):
        again.organisations.put_member(BOB, "team", "bob", "admin")

    assert again.organisations.put_member(CARL, "team", "ann", "admin").role == "admin"


@pytest.mark.parametrize("user", ["", " ", "anonymous", "a\nb", "x" * 300])
def test_a_member_has_a_name(hub: Hub, user: str) -> None:
    """Nobody in particular is let in."""
    hub.organisations.create(ANN, "lab")

    with pytest.raises(BadInput):
        hub.organisations.put_member(ANN, "lab", user, "read")


def test_a_token_for_reading_changes_nothing(hub: Hub) -> None:
    """Even in the hands of an admin."""
    hub.organisations.create(ANN, "lab")

    for call in (lambda: hub.organisations.create(READER, "other"), lambda: hub.organisations.delete(READER, "lab")):
        with pytest.raises(AccessDenied):
            call()
