"""Where webhooks may call: no machine's own network, nor what clouds tell their machines; loopback if it is allowed.

A name is looked up once, and the address that was checked is the one that is called: a name that changes its mind
between the two cannot lead elsewhere. Redirects are not followed.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from ..errors import ForbiddenTarget

if TYPE_CHECKING:
    import httpx

_METADATA = {ip_address(one) for one in ("169.254.169.254", "100.100.100.200", "192.0.0.192", "fd00:ec2::254")}
_NAT64 = IPv6Network("64:ff9b::/96")
_LONGEST_URL = 2000


@dataclass(frozen=True, slots=True)
class Target:
    """An address as it was written."""

    url: str
    parts: SplitResult

    @classmethod
    def parse(cls, url: str) -> Target:
        """Read an address.

        Raises:
            ForbiddenTarget: it is no http or https address, or carries a password.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise ForbiddenTarget(f"this is no address that can be called: {error}") from error
        plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= _LONGEST_URL
        if not plain or parts.scheme not in ("http", "https") or not parts.hostname or parts.username or port == 0:
            raise ForbiddenTarget("a webhook's address begins with http:// or https:// and carries no password")
        if not _may_be_called(parts.hostname):
            raise ForbiddenTarget(f"this hub does not call {parts.hostname}")
        return cls(url, parts)

    @property
    def port(self) -> int:
        """The port, also where none is written."""
        return self.parts.port or (443 if self.parts.scheme == "https" else 80)


@dataclass(frozen=True, slots=True)
class Call:
    """A body to be sent somewhere."""

    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: whether it was taken, and the status or why there was none."""

    is_taken: bool
    text: str


class Caller:
    """Makes calls; each has *timeout_s* seconds for everything."""

    def __init__(self, *, loopback: bool, timeout_s: float = 10.0) -> None:
        self._loopback = loopback
        self._timeout_s = timeout_s

    def __call__(self, calls: Sequence[Call]) -> list[Answer]:
        """Make all *calls* at once."""
        return asyncio.run(self._all(calls))

    async def _all(self, calls: Sequence[Call]) -> list[Answer]:
        import httpx

        # No proxy of the environment: it would look names up by itself.
        async with httpx.AsyncClient(timeout=self._timeout_s, trust_env=False, follow_redirects=False) as client:
            return await asyncio.gather(*(self._one(client, call) for call in calls))

    async def _one(self, client: httpx.AsyncClient, call: Call) -> Answer:
        import httpx

        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._made(client, call)
        except TimeoutError:
            return Answer(False, f"no answer within {self._timeout_s:g} seconds")
        except (ForbiddenTarget, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Answer(False, f"{type(error).__name__}: {error}"[:500])

    async def _made(self, client: httpx.AsyncClient, call: Call) -> Answer:
        target = Target.parse(call.url)
        host = target.parts.hostname or ""
        address = await self._address(host, target.port)
        shown = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
        where = target.parts._replace(netloc=f"{shown}:{target.port}", fragment="").geturl()
        named = f"[{host}]" if ":" in host else host
        headers = {**call.headers, "Host": named if target.parts.port is None else f"{named}:{target.port}"}
        extensions = {"sni_hostname": host}
        async with client.stream("POST", where, content=call.body, headers=headers, extensions=extensions) as reply:
            return Answer(reply.is_success, str(reply.status_code))

    async def _address(self, host: str, port: int) -> IPv4Address | IPv6Address:
        """Where *host* is.

        Raises:
            ForbiddenTarget: all its addresses are forbidden.
        """
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        allowed = next((one for one in addresses if may_call(one, loopback=self._loopback)), None)
        if allowed is None:
            raise ForbiddenTarget(f"this hub does not call {host}")
        return allowed


def _may_be_called(host: str) -> bool:
    """Could *host* be allowed? Of a name it is found out when it is called."""
    try:
        address = ip_address(host)
    except ValueError:
        return True
    return may_call(address, loopback=True)


def may_call(address: IPv4Address | IPv6Address, *, loopback: bool) -> bool:
    """May a webhook call *address*?"""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return may_call(inner, loopback=loopback)
        if address in _NAT64:
            return may_call(IPv4Address(int(address) & 0xFFFFFFFF), loopback=loopback)
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if address.is_loopback:
        return loopback
    return not address.is_reserved and not str(address).startswith("0.")
