"""The hubs behind this one, and one's own tokens for them."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from .words import Result, add, add_address, hub_of

if TYPE_CHECKING:
    from ..wire import OtherHubs


def add_upstreams(commands: Any) -> None:
    """Add the commands."""
    listed = add(commands, "hubs", _list, "list the hubs that are read through, and for which you keep a token")
    add_address(listed)
    keep = add(commands, "upstream", _keep, "keep your own token for another hub, read from stdin")
    add_address(keep)
    keep.add_argument("hub", help="address of the other hub, as in https://huggingface.co")
    keep.add_argument("--forget", action="store_true", help="forget the token, and what was read with it")


def _list(given: argparse.Namespace) -> Result:
    found = _hubs(given)
    shown = [{"url": one.url, "hasToken": one.has_token} for one in found.upstreams]
    words = [f"{one.url}{' (your token is kept)' if one.has_token else ''}" for one in found.upstreams]
    words += ["this hub is offline and asks none of them"] if found.offline else []
    limit = f" of {found.limit_bytes:,}" if found.limit_bytes else ""
    words.append(f"their files take {found.kept_bytes:,}{limit} bytes here")
    kept = {"keptBytes": found.kept_bytes, "limitBytes": found.limit_bytes, "offline": found.offline}
    return Result({"upstreams": shown, **kept}, "\n".join(words))


def _keep(given: argparse.Namespace) -> Result:
    import msgspec

    from ..wire import OtherHubToken

    hub, other = hub_of(given), given.hub.rstrip("/")
    if given.forget:
        hub.delete("upstreams/tokens", hub=other)
        return Result({"hub": other, "hasToken": False}, f"the token for {other} is forgotten")
    body = msgspec.json.encode(OtherHubToken(hub=other, token=_typed(other)))
    hub.send("upstreams/tokens", lambda: [body], len(body))
    return Result({"hub": other, "hasToken": True}, f"your token for {other} is kept; nobody can read it again")


def _typed(hub: str) -> str:
    """The token, which must not stand in the command: other users of the machine would see it."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    from getpass import getpass

    return getpass(f"Your token for {hub}: ").strip()


def _hubs(given: argparse.Namespace) -> OtherHubs:
    from ..wire import OtherHubs

    return hub_of(given).get("upstreams", OtherHubs)
