"""Namespaces: who holds them, who is let in, and that SQL and `access.role` agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import ANN, BOB, DIGITS
from sqlalchemy import delete, insert, select, update

from jupyter_hubcollab.access import Actor, Scope
from jupyter_hubcollab.errors import AccessDenied, BadName, RepoNotFound
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.hub.listing import Listing
from jupyter_hubcollab.hub.namespaces import join
from jupyter_hubcollab.hub.repos import Repo
from jupyter_hubcollab.hub.rules import Rules
from jupyter_hubcollab.names import RepoId
from jupyter_hubcollab.storage.schema import collaborators, memberships, namespaces, repos

CARL = Actor("carl", "Carl")


def test_a_fresh_team_publishes_without_any_set_up(hub: Hub) -> None:
    """Who comes first founds the organisation; everybody else may publish to it and write to its public repos."""
    hub.repos.create(ANN, DIGITS)
    hub.repos.create(BOB, RepoId("team", "letters"))

    team = hub.namespaces.of("team")
    assert (team.is_organisation, team.everyone, dict(team.members)) == (True, "write", {"ann": "admin"})
    assert hub.refs.create_branch(BOB, DIGITS, "try").name == "try"


def test_where_everybody_only_reads_a_namespace_is_its_founder_s(tmp_path: Path, start: Callable[..., Hub]) -> None:
    """With the setting everyone_role=read others need a role."""
    hub = start(tmp_path, rules=Rules(everyone="read"))
    hub.repos.create(ANN, DIGITS)

    with pytest.raises(AccessDenied):
        hub.repos.create(BOB, RepoId("team", "letters"))
    with pytest.raises(AccessDenied):
        hub.refs.create_branch(BOB, DIGITS, "try")


def test_nobody_makes_repos_under_somebody_else_s_name(hub: Hub) -> None:
    """A person's own namespace is theirs once they were seen."""
    assert hub.namespaces.own(ANN) == "ann"

    with pytest.raises(AccessDenied):
        hub.repos.create(BOB, RepoId("Ann", "digits"))
    assert hub.repos.create(ANN, RepoId("ann", "digits")).space.is_organisation is False


def test_two_people_never_have_one_namespace(hub: Hub) -> None:
    """Names that look alike once cleaned get a number."""
    one, two = Actor("eve@example.org", "Eve"), Actor("eve example.org", "Eva")

    assert (hub.namespaces.own(one), hub.namespaces.own(two)) == ("eve-example.org", "eve-example.org-2")
    assert hub.namespaces.own(one) == "eve-example.org"
    assert (hub.namespaces.name_of(two.name), hub.namespaces.person("eve-example.org-2")) == (
        "eve-example.org-2",
        two.name,
    )


@pytest.mark.parametrize("name", ["api", "Datasets", "organizations", "anonymous"])
def test_names_that_addresses_begin_with_are_not_taken(hub: Hub, name: str) -> None:
    """Nor the name of those who are nobody."""
    with pytest.raises(BadName):
        hub.repos.create(ANN, RepoId(name, "digits"))


def test_a_member_sees_private_repos_until_they_are_removed(hub: Hub) -> None:
    """At once, in both directions: nothing is remembered for longer."""
    hub.repos.create(ANN, DIGITS, private=True)
    with pytest.raises(RepoNotFound):
        hub.repos.get(BOB, DIGITS)

    hub.organisations.put_member(ANN, "team", "bob", "read")
    assert hub.repos.get(BOB, DIGITS).private
    assert [repo.id for repo in hub.repos.list(BOB)] == [DIGITS]

    hub.organisations.drop_member(ANN, "team", "bob")
    with pytest.raises(RepoNotFound):
        hub.repos.get(BOB, DIGITS)


def test_a_repo_is_moved_only_into_a_namespace_that_lets_its_owner_in(hub: Hub) -> None:
    """Moving is making a repo there."""
    hub.repos.create(ANN, DIGITS)
    hub.organisations.create(BOB, "closed")

    with pytest.raises(AccessDenied):
        hub.repos.rename(ANN, DIGITS, RepoId("closed", "digits"))
    hub.organisations.put_member(BOB, "closed", "ann", "write")

    assert hub.repos.rename(ANN, DIGITS, RepoId("closed", "digits")).id.namespace == "closed"


def test_a_hub_from_before_namespaces_keeps_its_rights(hub: Hub) -> None:
    """What one person made alone is theirs; where several work, all go on, and nobody sees more than before."""
    hub.repos.create(ANN, RepoId("ann", "own"))
    hub.repos.create(ANN, RepoId("solo", "one"))
    hub.repos.create(ANN, DIGITS, private=True)
    hub.repos.create(BOB, RepoId("team", "secret"), private=True)
    with hub.database.write() as connection:
        connection.execute(delete(namespaces))
    hub.namespaces.changed()

    hub.namespaces.adopt()

    assert hub.namespaces.of("ann").is_organisation is False
    assert dict(hub.namespaces.of("solo").members) == {"ann": "admin"}
    assert (hub.namespaces.of("team").everyone, dict(hub.namespaces.of("team").members)) == ("write", {})
    with pytest.raises(RepoNotFound):
        hub.repos.get(ANN, RepoId("team", "secret"))
    assert hub.repos.get(ANN, DIGITS).private


PEOPLE = ["ann", "bob", "carl", "anonymous"]
SPACES = st.fixed_dictionaries(
    {
        "everyone": st.sampled_from(["read", "write"]),
        "members": st.dictionaries(st.sampled_from(PEOPLE[:3]), st.sampled_from(["read", "write", "admin"])),
        "shared": st.dictionaries(st.sampled_from(PEOPLE[:3]), st.sampled_from(["read", "write", "admin"])),
    }
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(space=SPACES, owner=st.sampled_from(PEOPLE[:3]), private=st.booleans(), gated=st.sampled_from(["", "manual"]))
def test_a_list_shows_exactly_what_may_be_read(
    hub: Hub, space: dict[str, object], owner: str, private: bool, gated: str
) -> None:
    """The condition in SQL and the decision about one repo never disagree."""
    members, shared = space["members"], space["shared"]
    assert isinstance(members, dict)
    assert isinstance(shared, dict)
    with hub.database.write() as connection:
        connection.execute(delete(repos))
        connection.execute(delete(namespaces))
    hub.namespaces.changed()
    hub.repos.create(ANN, DIGITS)
    with hub.database.write() as connection:
        connection.execute(update(repos).values(owner=owner, private=private, gated=gated))
        connection.execute(update(namespaces).values(everyone=space["everyone"]))
        connection.execute(delete(memberships))
        for user, role in members.items():
            join(connection, "team", user, role, datetime(2026, 1, 1, tzinfo=UTC))
        pk = connection.execute(select(repos.c.pk)).scalar_one()
        for user, role in shared.items():
            row = {"repo_pk": pk, "user": user, "role": role, "at": datetime(2026, 1, 1, tzinfo=UTC)}
            connection.execute(insert(collaborators).values(**row))
    hub.namespaces.changed()

    for name in PEOPLE:
        actor = Actor(name, name)
        repo = _seen(hub, actor)
        with hub.database.read() as connection:
            opened = connection.execute(select(repos.c.pk).where(hub.namespaces.opened_to(actor))).all()
        assert bool(hub.repos.select(actor, Listing())) == (repo is not None), name
        assert bool(opened) == (repo is not None and hub.gates.is_open(actor, repo)), name


def _seen(hub: Hub, actor: Actor) -> Repo | None:
    try:
        return hub.repos.get(actor, DIGITS)
    except RepoNotFound:
        return None


@pytest.mark.parametrize("role", ["read", "write", "admin"])
def test_a_role_is_read_without_asking_the_database(hub: Hub, role: Scope) -> None:
    """Every request asks; what is known is in memory, and one question makes no other."""
    hub.repos.create(ANN, DIGITS)
    hub.organisations.put_member(ANN, "team", "carl", role)
    assert hub.namespaces.of("team").role(CARL) == ("write" if role == "read" else role)

    hub.database.close()

    assert hub.namespaces.of("team").members["carl"] == role
