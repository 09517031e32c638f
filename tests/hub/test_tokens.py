"""Hub tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from people import ANN, BOB, READER, Clock
from sqlalchemy import select

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import AccessDenied, BadName, NotFound, Unauthenticated
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.storage.schema import tokens


def test_a_token_acts_for_its_maker(hub: Hub) -> None:
    """With the scope that it was made for."""
    token = hub.tokens.create(ANN, name="laptop", scope="read")

    assert token.startswith("hc_")
    assert hub.tokens.actor(token) == Actor("ann", "Ann Example", "read")


@pytest.mark.parametrize("token", ["", "hc_", "hc_wrong", "x" * 10_000, "hc_\u00e4\n"])
def test_an_unknown_token_is_nobody(hub: Hub, token: str) -> None:
    """Whatever it looks like."""
    with pytest.raises(Unauthenticated):
        hub.tokens.actor(token)


def test_a_token_is_not_stored(hub: Hub) -> None:
    """Whoever steals the index has no token."""
    token = hub.tokens.create(ANN, name="laptop", scope="write")

    with hub.database.read() as connection:
        (row,) = connection.execute(select(tokens)).all()
    assert token not in str(row)
    assert token.removeprefix("hc_") not in str(row)


def test_a_token_expires(hub: Hub, clock: Clock) -> None:
    """At its time, not before, also while it is remembered."""
    token = hub.tokens.create(ANN, name="job", scope="write", expires_at=clock.now + timedelta(seconds=5))
    hub.tokens.actor(token)

    clock.forward(timedelta(seconds=5))

    with pytest.raises(Unauthenticated):
        hub.tokens.actor(token)
    assert hub.tokens.list(ANN) == []


def test_a_revoked_token_is_useless_at_once(hub: Hub) -> None:
    """Also if it was used a moment ago; only its owner revokes it."""
    token = hub.tokens.create(ANN, name="laptop", scope="write")
    hub.tokens.actor(token)
    (listed,) = hub.tokens.list(ANN)

    with pytest.raises(NotFound):
        hub.tokens.revoke(BOB, listed.id)
    hub.tokens.revoke(ANN, listed.id)

    with pytest.raises(Unauthenticated):
        hub.tokens.actor(token)


def test_a_token_can_be_given_back(hub: Hub) -> None:
    """A kernel's token ends with the kernel."""
    token = hub.tokens.create(ANN, name="kernel", scope="write")
    hub.tokens.actor(token)

    hub.tokens.revoke_value(token)

    with pytest.raises(Unauthenticated):
        hub.tokens.actor(token)


def test_use_is_noted_once_a_minute(hub: Hub, clock: Clock) -> None:
    """Reading does not write all the time."""
    token = hub.tokens.create(ANN, name="laptop", scope="read")
    first = clock.now
    hub.tokens.actor(token)
    clock.forward(timedelta(seconds=40))
    hub.tokens.actor(token)

    assert hub.tokens.list(ANN)[0].last_used_at == first
    clock.forward(timedelta(seconds=40))
    hub.tokens.actor(token)
    assert hub.tokens.list(ANN)[0].last_used_at == clock.now


def test_a_token_gives_no_more_than_its_maker_has(hub: Hub) -> None:
    """A token for reading makes no token for writing."""
    with pytest.raises(AccessDenied):
        hub.tokens.create(READER, name="more", scope="write")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 201])
def test_a_token_needs_a_name(hub: Hub, name: str) -> None:
    """So that people know what they revoke."""
    with pytest.raises(BadName):
        hub.tokens.create(ANN, name=name, scope="read")
