"""Gated repos: everybody sees them, files are for those who were let in."""

from __future__ import annotations

import pytest
from people import ANN, BOB, DIGITS, READER

from jupyter_hubcollab.access import ANONYMOUS, Actor
from jupyter_hubcollab.errors import AccessDenied, BadInput, GatedRepo, NotFound, RepoNotFound
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.models.models import open_models
from jupyter_hubcollab.names import RepoId, file_path

WEIGHTS, CARD = file_path("weights.txt"), file_path("README.md")


@pytest.fixture
def gated(hub: Hub) -> RepoId:
    """A model of Ann's with a gate that she opens by hand."""
    hub.repos.create(ANN, DIGITS)
    puts = [Put(WEIGHTS, b"0.1 0.2", 7), Put(CARD, b"# Digits", 8)]
    hub.commits.commit(ANN, DIGITS, puts, message="weights")
    hub.repos.set_gated(ANN, DIGITS, "manual")
    return DIGITS


def read(hub: Hub, actor: Actor, path: str = "weights.txt") -> bytes:
    return b"".join(hub.files.open(actor, DIGITS, "main", file_path(path)))


def test_a_gate_hides_files_and_nothing_else(hub: Hub, gated: RepoId) -> None:
    """Names, sizes, history and the card are there for all."""
    with pytest.raises(GatedRepo):
        read(hub, BOB)
    with pytest.raises(GatedRepo):
        hub.files.locate(BOB, gated, "main", WEIGHTS)
    with pytest.raises(GatedRepo):
        hub.xet_tokens.grant(BOB, gated, "main", "read")

    assert read(hub, BOB, "README.md") == b"# Digits"
    assert "weights.txt" in [entry.path for entry in hub.files.tree(BOB, gated, "main")]
    assert read(hub, ANN) == b"0.1 0.2"


def test_who_was_accepted_reads_files(hub: Hub, gated: RepoId) -> None:
    """Asked, seen by those who decide, accepted."""
    assert hub.gates.ask(BOB, gated, "for my thesis").status == "pending"
    assert [(one.user, one.message) for one in hub.gates.list(ANN, gated, "pending")] == [("bob", "for my thesis")]

    hub.gates.decide(ANN, gated, "bob", "accepted")

    assert read(hub, BOB) == b"0.1 0.2"
    assert hub.gates.list(ANN, gated, "pending") == ()


def test_who_was_rejected_reads_nothing_and_asks_no_more(hub: Hub, gated: RepoId) -> None:
    """A new question does not undo the answer."""
    hub.gates.ask(BOB, gated)
    hub.gates.decide(ANN, gated, "bob", "rejected", "not now")

    assert hub.gates.ask(BOB, gated).reason == "not now"
    with pytest.raises(GatedRepo):
        read(hub, BOB)
    with pytest.raises(NotFound):
        hub.gates.take_back(BOB, gated)


def test_an_automatic_gate_opens_at_once(hub: Hub, gated: RepoId) -> None:
    """It only wants to know who reads; also from those who waited before."""
    hub.gates.ask(BOB, gated)
    hub.repos.set_gated(ANN, gated, "auto")

    assert hub.gates.ask(BOB, gated).status == "accepted"
    assert read(hub, BOB) == b"0.1 0.2"


def test_access_is_granted_unasked_and_taken_away(hub: Hub, gated: RepoId) -> None:
    """By those who decide; at once."""
    hub.gates.grant(ANN, gated, "bob")
    assert read(hub, BOB) == b"0.1 0.2"

    hub.gates.decide(ANN, gated, "bob", "pending")

    with pytest.raises(GatedRepo):
        read(hub, BOB)


def test_members_need_not_ask(hub: Hub, gated: RepoId) -> None:
    """Whatever their role; and asking makes no sense for them."""
    hub.organisations.put_member(ANN, "team", "bob", "read")

    assert read(hub, BOB) == b"0.1 0.2"
    with pytest.raises(BadInput):
        hub.gates.ask(BOB, gated)


def test_a_gate_is_no_way_to_write(hub: Hub, gated: RepoId) -> None:
    """Where everybody may write, only members write to a gated repo."""
    with pytest.raises(AccessDenied):
        hub.commits.commit(BOB, gated, [Put(CARD, b"mine", 4)], message="mine")


@pytest.mark.parametrize("actor", [BOB, READER, Actor(ANONYMOUS, "Anonymous", "read")])
def test_only_members_who_may_write_decide(hub: Hub, gated: RepoId, actor: Actor) -> None:
    """Nor does anybody else see who asked."""
    for call in (
        lambda: hub.gates.list(actor, gated),
        lambda: hub.gates.grant(actor, gated, actor.name),
        lambda: hub.gates.decide(actor, gated, "bob", "accepted"),
    ):
        with pytest.raises(AccessDenied):
            call()


def test_nobody_asks_for_what_they_may_not_see(hub: Hub, gated: RepoId) -> None:
    """A private repo has no gate for strangers."""
    hub.repos.set_private(ANN, gated, True)

    with pytest.raises(RepoNotFound):
        hub.gates.ask(BOB, gated)


def test_knowing_the_hash_of_a_gated_file_does_not_open_the_gate(hub: Hub, gated: RepoId) -> None:
    """Names of blobs are no secret in a gated repo; naming one elsewhere would hand out its bytes."""
    content = b"\0" * 5000
    digest = hub.blobs.put([content])
    hub.commits.commit(ANN, gated, [Put(file_path("w.bin"), digest, len(content))], message="blob")
    held = open_models(hub).held

    assert held.missing(ANN, [digest]) == []
    assert held.missing(BOB, [digest]) == [digest]
    hub.gates.grant(ANN, gated, "bob")
    assert held.missing(BOB, [digest]) == []
