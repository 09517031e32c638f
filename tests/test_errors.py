"""Every word for a failure has a status and a place in the documentation."""

from __future__ import annotations

import pytest

from jupyter_hubcollab import errors
from jupyter_hubcollab.handler import STATUS, header_safe, hub_token, status_of


def leaves(kind: type[errors.HubError] = errors.HubError) -> list[type[errors.HubError]]:
    return [leaf for child in kind.__subclasses__() for leaf in [child, *leaves(child)]]


@pytest.mark.parametrize("kind", leaves(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_status_and_stands_in_the_tree(kind: type[errors.HubError]) -> None:
    """No error of ours becomes a 500, and the picture on top of errors.py names it."""
    error = kind("why")

    status = status_of(error)

    assert 400 <= status < 600
    assert status != 500
    assert kind.__name__ in (errors.__doc__ or "")
    assert error.code == kind.__name__


def test_the_nearest_class_gives_the_status() -> None:
    """A special case wins over its family."""
    assert STATUS[errors.BadInput] == 400

    assert status_of(errors.UnsafeFile("pickle")) == 422
    assert status_of(errors.BadName("x")) == 400


@pytest.mark.parametrize("text", ["a\r\nSet-Cookie: x=1", "größe", "\x00", "x" * 10_000])
def test_a_message_in_a_header_stays_one_short_line_of_ascii(text: str) -> None:
    """Nobody smuggles a header through an error message."""
    safe = header_safe(text)

    assert safe.isascii()
    assert safe.isprintable()
    assert len(safe) <= 500


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer hc_abc", "hc_abc"),
        ("bearer   hc_abc", "hc_abc"),
        ("Basic dXNlcjpoY19hYmM=", "hc_abc"),
        ("token hc_abc", "hc_abc"),
        ("Bearer other", None),
        ("Basic !!!", None),
        ("Basic /////w==", None),
        ("", None),
    ],
)
def test_a_hub_token_is_read_from_the_header(header: str, token: str | None) -> None:
    """Bearer, token and the password of Basic carry hub tokens; everything else is Jupyter's to judge."""
    assert hub_token(header) == token
