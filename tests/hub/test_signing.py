"""Sealed links and tokens of the data plane: for one purpose, for a while, by this hub alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from people import ANN, BOB, DIGITS, Clock

from jupyter_hubcollab.errors import AccessDenied, GatedRepo, RepoNotFound, Unauthenticated
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.hub.signing import Signer, secret_of
from jupyter_hubcollab.hub.xet_tokens import LIFETIME_S
from jupyter_hubcollab.names import RepoId

FIELDS = {"digest": "0" * 64, "size": 5}


@pytest.fixture
def signer(clock: Clock) -> Signer:
    return Signer(b"s" * 32, clock)


def test_a_seal_carries_what_was_put_in(signer: Signer) -> None:
    """And may stand in a URL."""
    token = signer.seal("lfs-put", FIELDS, 60)

    assert FIELDS.items() <= signer.open("lfs-put", token).items()
    assert all(letter.isalnum() or letter in "-_." for letter in token)


def test_a_seal_ends(signer: Signer, clock: Clock) -> None:
    """At its time, not a second later."""
    token = signer.seal("lfs-put", FIELDS, 60)
    clock.forward(timedelta(seconds=59))
    signer.open("lfs-put", token)

    clock.forward(timedelta(seconds=1))

    with pytest.raises(Unauthenticated):
        signer.open("lfs-put", token)


@pytest.mark.parametrize("purpose", ["lfs-get", "xet", "xorb", ""])
def test_a_seal_is_for_one_purpose(signer: Signer, purpose: str) -> None:
    """A link for sending is none for fetching."""
    with pytest.raises(Unauthenticated):
        signer.open(purpose, signer.seal("lfs-put", FIELDS, 60))


def test_a_seal_that_was_changed_anywhere_is_refused(signer: Signer) -> None:
    """Each letter counts, in the content and in the signature; so does what is missing or too much."""
    token = signer.seal("lfs-put", FIELDS, 60)
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token) - 1)]
    other = Signer(b"t" * 32).seal("lfs-put", FIELDS, 60)
    body, _, signature = token.partition(".")

    for bad in [*changed, token[:-1], token + "A", body, f".{signature}", f"{body}.", "", ".", "ä.ö", other, "a.b.c"]:
        with pytest.raises(Unauthenticated):
            signer.open("lfs-put", bad)


def test_the_secret_is_the_hub_s_own_and_stays(tmp_path: Path) -> None:
    """Made once, readable by nobody else on the machine."""
    first = secret_of(tmp_path)

    assert (len(first), secret_of(tmp_path)) == (32, first)
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_a_xet_token_is_for_one_repo_and_access(hub: Hub, digits: RepoId, clock: Clock) -> None:
    """A token for reading does not write; an hour later it does nothing."""
    token = hub.xet_tokens.grant(BOB, digits, "main", "read")
    assert hub.xet_tokens.holder(token, "read").repo.id == digits

    with pytest.raises(AccessDenied):
        hub.xet_tokens.holder(token, "write")
    clock.forward(timedelta(seconds=LIFETIME_S))
    with pytest.raises(Unauthenticated):
        hub.xet_tokens.holder(token, "read")


def test_a_xet_token_ends_with_the_right_that_it_stands_for(hub: Hub, digits: RepoId) -> None:
    """Access is asked again at each use: a repo that was hidden, or got a gate, is closed at once."""
    token = hub.xet_tokens.grant(BOB, digits, "main", "read")
    hub.repos.set_gated(ANN, DIGITS, "manual")
    with pytest.raises(GatedRepo):
        hub.xet_tokens.holder(token, "read")

    hub.repos.set_private(ANN, DIGITS, True)

    with pytest.raises(RepoNotFound):
        hub.xet_tokens.holder(token, "read")
