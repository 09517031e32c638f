"""Who made a commit, as git stores it and as we read it back."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote, unquote

import pygit2

from ..access import Actor

_DOMAIN = "@users.hubcollab.invalid"


def signature(actor: Actor, at: datetime) -> pygit2.Signature:
    """The line for git: the display name, and an address that holds the name of the identity."""
    shown = "".join(letter for letter in actor.display_name if letter.isprintable() and letter not in "<>").strip(
        " .,:;'\""
    )
    return pygit2.Signature(shown or "unknown", quote(actor.name, safe="") + _DOMAIN, int(at.timestamp()), 0)


def user_of(signature: pygit2.Signature) -> str:
    """The identity's name for our own commits, the author's own words for others."""
    if signature.email.endswith(_DOMAIN):
        return unquote(signature.email.removesuffix(_DOMAIN))
    return signature.name


def actor_of(signature: pygit2.Signature, otherwise: Actor) -> Actor:
    """Who made one of our own commits; *otherwise* for those of others."""
    return Actor(user_of(signature), signature.name) if signature.email.endswith(_DOMAIN) else otherwise


def time_of(signature: pygit2.Signature) -> datetime:
    """When, in UTC; a nonsensical time that somebody pushed becomes the epoch."""
    try:
        return datetime.fromtimestamp(signature.time, UTC)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, UTC)
