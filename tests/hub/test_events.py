"""The events bus."""

from __future__ import annotations

from people import ANN, DIGITS

from jupyter_hubcollab.hub.events import CommitMade, Events, RepoDeleted

DELETED = RepoDeleted(DIGITS, ANN, False, "ann")


def test_listeners_hear_their_kind_only() -> None:
    """Events are told by class."""
    events, heard = Events(), []
    events.on(RepoDeleted, heard.append)
    events.on(CommitMade, lambda _: heard.append("wrong"))

    events.publish(DELETED)

    assert heard == [DELETED]


def test_a_listener_can_leave() -> None:
    """After that it hears nothing; leaving twice is fine."""
    events, heard = Events(), []
    off = events.on(RepoDeleted, heard.append)

    off()
    off()
    events.publish(DELETED)

    assert heard == []


def test_a_listener_that_fails_does_not_stop_others() -> None:
    """Nor whoever publishes."""
    events, heard = Events(), []
    events.on(RepoDeleted, lambda _: 1 / 0)
    events.on(RepoDeleted, heard.append)

    events.publish(DELETED)

    assert heard == [DELETED]
