"""What `doctor` tries over the network: the port, the hub itself, what stands before it, the hubs behind it."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ..errors import HubError
from .diagnosis import Check, checked
from .words import hub_of, running_here

if TYPE_CHECKING:
    from ..client.connection import Connection
    from ..wire import OtherHubs

STANDARD_PORT = 8888
_REACHED_S = 3.0
_PROBE = "api/reached/a%2Fb"
_MARK = "X-Repo-Commit"
_AS_IT_IS = (
    "pass the path on as it is, %2F too (nginx: proxy_pass without a path; Apache: AllowEncodedSlashes NoDecode)"
)


def network_checks(given: argparse.Namespace) -> Iterator[Check]:
    """All of them; the hub itself comes last."""
    hub, last = _hub(given)
    yield _port(given.port, hub)
    others = None
    if hub is not None:
        yield _way(hub)
        others = _others_of(hub)
    if others is not None:
        yield _kept(others)
    known = [] if others is None or others.offline else [one.url for one in others.upstreams]
    for url in dict.fromkeys(given.upstream):
        yield _upstream(url)
    for url in known:
        if url not in given.upstream:
            found = _upstream(url)
            # Nothing of one's own needs it: being without a network is no fault of the installation.
            yield Check(found.name, True, found.detail if found.good else f"{found.detail}; {found.remedy}")
    yield last


def _hub(given: argparse.Namespace) -> tuple[Connection | None, Check]:
    from ..config import environment
    from ..wire import Me

    if not given.url and not environment().get("HUBCOLLAB_URL") and not running_here():
        return None, Check("hub", True, "none runs here, and HUBCOLLAB_URL is not set; scripts must set it")
    try:
        hub = hub_of(given)
        me = hub.get("me", Me)
    except HubError as error:
        remedy = "start JupyterLab, or give the address and a token with --url and --token"
        return None, Check("hub", False, str(error), remedy)
    return hub, Check("hub", True, f"reached at {hub.url}, as {me.name}")


def _port(asked: int | None, hub: Connection | None) -> Check:
    """Can a server listen there? JupyterLab takes the next free port by itself, a proxy's configuration does not."""
    port = asked or STANDARD_PORT
    if hub is not None and urlsplit(hub.url).port == port:
        return Check("port", True, f"{port} is the hub's")
    try:
        with socket.socket() as tried:
            tried.bind(("127.0.0.1", port))
    except OSError as error:
        remedy = f"end the program that has it, or take another one: jupyter lab --port {port + 1}"
        words = f"{port} cannot be taken ({error.strerror or error})"
        if asked is None:
            return Check("port", True, f"{words}; JupyterLab takes the next free one")
        return Check("port", False, words, remedy)
    return Check("port", True, f"{port} is free")


def _way(hub: Connection) -> Check:
    """Does what stands before the hub pass requests on as they are?"""
    import httpx
    import msgspec

    from ..wire import Reached

    try:
        answer = httpx.get(f"{hub.url}/{_PROBE}", headers={"Authorization": f"Bearer {hub.token}"}, timeout=_REACHED_S)
        reached = msgspec.json.decode(answer.content, type=Reached)
    except (httpx.HTTPError, msgspec.DecodeError) as error:
        return Check("way", False, f"addresses with %2F do not arrive ({type(error).__name__})", _AS_IT_IS)
    sent, came = urlsplit(f"{hub.url}/{_PROBE}"), urlsplit(reached.url)
    if sent.scheme != came.scheme:
        remedy = "let the proxy send X-Forwarded-Proto, and start with --ServerApp.trust_xheaders=True"
        return Check("way", False, f"you ask by {sent.scheme}, the hub hears {came.scheme}", remedy)
    if sent.netloc.lower() != came.netloc.lower():
        return Check("way", False, f"you ask {sent.netloc}, the hub hears {came.netloc}", "let the proxy pass Host on")
    if unquote(sent.path) != unquote(came.path) or not came.path.endswith("a%2Fb"):
        words = f"you ask {sent.path}, the hub hears {came.path}"
        return Check("way", False, words, f"{_AS_IT_IS}, and start with the same prefix (--ServerApp.base_url)")
    wrong = answer.headers.get(_MARK) != reached.mark
    remedy = "let the headers X-… of replies through: clients need X-Repo-Commit and X-Error-Code"
    return checked("way", "requests arrive as they are sent" if not wrong else "headers get lost", remedy, wrong=wrong)


def _others_of(hub: Connection) -> OtherHubs | None:
    from ..wire import OtherHubs

    try:
        return hub.get("upstreams", OtherHubs)
    except HubError:
        return None


def _kept(others: OtherHubs) -> Check:
    limit = f"of {others.limit_bytes / 1e9:.1f} GB" if others.limit_bytes else "no limit (setting upstream_cache_bytes)"
    return Check("copies of other hubs", True, f"{others.kept_bytes / 1e9:.1f} GB, {limit}")


def _upstream(url: str) -> Check:
    """A hub whose public models are read through this one: can it be reached from here?"""
    address = urlsplit(url)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        socket.create_connection((address.hostname or "", port), timeout=_REACHED_S).close()
    except OSError as error:
        remedy = "look at network and proxy, or set offline so that nobody waits for it"
        return Check(f"upstream {url}", False, f"cannot be reached ({error})", remedy)
    return Check(f"upstream {url}", True, "can be reached")
