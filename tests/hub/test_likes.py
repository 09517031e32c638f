"""Likes."""

from __future__ import annotations

import pytest
from people import ANN, BOB, READER

from jupyter_hubcollab.errors import AccessDenied, RepoNotFound
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.names import RepoId


def test_everybody_likes_a_repo_once(hub: Hub, digits: RepoId) -> None:
    """The counter agrees with the list."""
    for actor in (ANN, BOB, BOB):
        hub.likes.add(actor, digits)
    hub.likes.remove(ANN, digits)

    assert hub.likes.users(ANN, digits) == ["bob"]
    assert hub.repos.get(ANN, digits).likes == 1


def test_who_may_not_see_a_repo_does_not_like_it(hub: Hub, digits: RepoId) -> None:
    """Nor does a token for reading."""
    hub.repos.set_private(ANN, digits, True)

    with pytest.raises(RepoNotFound):
        hub.likes.add(BOB, digits)
    with pytest.raises(AccessDenied):
        hub.likes.add(READER, digits)
