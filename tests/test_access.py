"""Who may do what: one decision, from namespace, role, visibility and gate."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from jupyter_hubcollab.access import Actor, Namespace, Scope, may_read, passes_gate, require, role
from jupyter_hubcollab.errors import AccessDenied, RepoNotFound
from jupyter_hubcollab.names import RepoId

MEMBERS: dict[str, Scope] = {"ada": "admin", "will": "write", "rita": "read"}
OPEN = Namespace("team", members=MEMBERS, everyone="write")
CLOSED = Namespace("team", members=MEMBERS, everyone="read")
OWN = Namespace("olga", is_organisation=False, members={"olga": "admin"})


@dataclass
class Thing:
    """A repo that Olga made."""

    private: bool = False
    gated: str = ""
    space: Namespace = OPEN
    owner: str = "olga"
    shared: dict[str, Scope] = field(default_factory=dict)
    id: RepoId = field(default=RepoId("team", "digits"))


@pytest.mark.parametrize(
    ("who", "public_open", "private_open", "public_closed", "private_closed", "gated_open"),
    [
        ("ada", "admin", "admin", "admin", "admin", "admin"),
        ("will", "write", "write", "write", "write", "write"),
        ("rita", "write", "read", "read", "read", "read"),
        ("olga", "admin", "admin", "read", None, "admin"),
        ("bob", "write", None, "read", None, "read"),
        ("anonymous", "read", None, "read", None, "read"),
    ],
)
def test_the_role_comes_from_namespace_and_visibility(
    who: str,
    public_open: Scope,
    private_open: Scope | None,
    public_closed: Scope,
    private_closed: Scope | None,
    gated_open: Scope,
) -> None:
    """Members by their role, makers while they may write, all others by what the namespace lets everybody do."""
    actor = Actor(who, who)

    assert role(actor, Thing()) == public_open
    assert role(actor, Thing(private=True)) == private_open
    assert role(actor, Thing(space=CLOSED)) == public_closed
    assert role(actor, Thing(private=True, space=CLOSED)) == private_closed
    assert role(actor, Thing(gated="manual")) == gated_open


@pytest.mark.parametrize(("who", "passes"), [("ada", True), ("rita", True), ("olga", True), ("bob", False)])
def test_members_pass_a_gate_without_asking(who: str, passes: bool) -> None:
    """Even where everybody may write, a gate stops who is no member."""
    assert passes_gate(Actor(who, who), Thing(gated="auto")) is passes


@pytest.mark.parametrize(("given", "held"), [("read", "read"), ("write", "write"), ("admin", "admin")])
def test_a_collaborator_has_a_role_in_one_repo(given: Scope, held: Scope) -> None:
    """Private, gated or closed as it may be; what the namespace gives is never less for it."""
    thing = Thing(private=True, gated="manual", space=CLOSED, shared={"bob": given, "ada": "read"})

    assert role(Actor("bob", "Bob"), thing) == held
    assert passes_gate(Actor("bob", "Bob"), thing)
    assert role(Actor("ada", "Ada"), thing) == "admin"
    assert role(Actor("carl", "Carl"), thing) is None


def test_a_person_s_namespace_is_theirs_alone() -> None:
    """Others read what is public in it."""
    own = Thing(space=OWN)

    assert role(Actor("olga", "Olga"), own) == "admin"
    assert role(Actor("bob", "Bob"), own) == "read"
    assert not may_read(Actor("bob", "Bob"), Thing(space=OWN, private=True))


def test_what_may_not_be_seen_is_not_there() -> None:
    """The refusal names nothing that a stranger did not know."""
    with pytest.raises(RepoNotFound, match="there is no model team/digits on this hub"):
        require(Actor("bob", "Bob"), "write", Thing(private=True))
    with pytest.raises(AccessDenied):
        require(Actor("bob", "Bob"), "admin", Thing())


def test_a_token_never_does_more_than_its_scope() -> None:
    """Whatever the role of the person behind it."""
    with pytest.raises(AccessDenied, match="this token may only read"):
        require(Actor("ada", "Ada", "read"), "write", Thing())
