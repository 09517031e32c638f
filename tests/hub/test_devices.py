"""Programs without a browser are allowed by people, once, and for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from people import ANN, BOB, Clock

from jupyter_hubcollab.access import ANONYMOUS, Actor
from jupyter_hubcollab.errors import AccessDenied, NotFound
from jupyter_hubcollab.hub.devices import LASTS, Devices
from jupyter_hubcollab.hub.hub import Hub


@pytest.fixture
def devices(hub: Hub, clock: Clock) -> Devices:
    return Devices(hub.tokens, clock)


def test_a_program_that_is_allowed_gets_a_token_once(devices: Devices, hub: Hub) -> None:
    """It acts for the person who typed the code, however they wrote it; a second person changes nothing."""
    device = devices.ask()
    waiting = devices.take(device.code)

    devices.decide(ANN, f" {device.user_code.lower().replace('-', ' ')}", allow=True)
    with pytest.raises(NotFound):
        devices.decide(BOB, device.user_code, allow=True)

    given = devices.take(device.code)
    assert waiting is not None
    assert (waiting.state, waiting.token) == ("waiting", None)
    assert given is not None
    assert given.token is not None
    assert hub.tokens.actor(given.token).name == "ann"
    assert devices.take(device.code) is None


def test_a_program_that_is_refused_gets_none(devices: Devices) -> None:
    """It is told so, once."""
    device = devices.ask()

    devices.decide(ANN, device.user_code, allow=False)

    told = devices.take(device.code)
    assert told is not None
    assert (told.state, told.token) == ("denied", None)
    assert devices.take(device.code) is None


def test_a_code_ends(devices: Devices, clock: Clock) -> None:
    """After a quarter of an hour nobody can allow it any more."""
    device = devices.ask()
    clock.forward(LASTS + timedelta(seconds=1))

    assert devices.take(device.code) is None
    with pytest.raises(NotFound):
        devices.decide(ANN, device.user_code, allow=True)


@pytest.mark.parametrize("code", ["", "----", "AAAA-AAAA", "x" * 1000])
def test_no_other_code_allows_anything(devices: Devices, code: str) -> None:
    """Nor does nobody."""
    device = devices.ask()

    with pytest.raises(NotFound):
        devices.decide(ANN, code, allow=True)
    with pytest.raises(AccessDenied):
        devices.decide(Actor(ANONYMOUS, "Anonymous"), device.user_code, allow=True)


def test_many_that_ask_do_not_fill_the_memory(devices: Devices) -> None:
    """The oldest are forgotten."""
    first = devices.ask()

    for _ in range(1000):
        last = devices.ask()

    assert devices.take(first.code) is None
    assert devices.take(last.code) is not None
