"""Replies of other hubs, read."""

from __future__ import annotations

from typing import Any

import msgspec

from ...errors import (
    EntryNotFound,
    GatedRepo,
    HubError,
    NotSupported,
    RevisionNotFound,
    UpstreamUnavailable,
)
from .ask import OtherHub, Refused, Reply
from .ids import UpstreamId
from .memory import Answer

_ETAG_LENGTHS = (40, 64)


def file_facts(hub: OtherHub, reply: Reply) -> str:
    """What the headers of a file tell, as JSON."""
    headers = reply.headers
    etag = (headers.get("x-linked-etag") or headers.get("etag") or "").removeprefix("W/").strip('"')
    size = headers.get("x-linked-size") or headers.get("content-length") or ""
    if len(etag) not in _ETAG_LENGTHS or not set(etag) <= set("0123456789abcdef") or not size.isdecimal():
        raise UpstreamUnavailable(f"{hub.url} does not tell by which hash its file could be checked")
    return msgspec.json.encode({"etag": etag, "size": int(size)}).decode()


def fields_of(answer: Answer) -> dict[str, Any]:
    """An answer's JSON object.

    Raises:
        UpstreamUnavailable: it is none.
    """
    try:
        return msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise UpstreamUnavailable(f"{answer.hub} does not answer as a hub does") from error


def next_of(reply: Reply) -> str:
    """Where the next page is; empty if nowhere."""
    first = reply.headers.get("link", "")
    return first[1 : first.index(">")] if first.startswith("<") and 'rel="next"' in first else ""


def is_closed(refused: Refused) -> bool:
    """May somebody with a token see more?"""
    return refused.status in (401, 403) or (refused.status == 404 and refused.error_code in ("", "RepoNotFound"))


def in_our_words(refused: Refused, id: UpstreamId, hub: OtherHub) -> HubError | Refused:
    """A refusal as our clients know it; itself, where the whole repo is refused."""
    if refused.error_code == "RevisionNotFound":
        return RevisionNotFound(f"Invalid rev id: {hub.url} has no such revision of {id}")
    if refused.error_code == "EntryNotFound":
        return EntryNotFound(f"{hub.url} has no such file or folder in {id}")
    if refused.error_code == "GatedRepo":
        return GatedRepo(f"{hub.url} lets only some in to {id} ({refused}); ask there, then keep your token here")
    return refused if is_closed(refused) else NotSupported(f"{hub.url} answered {refused.status} {refused}")


def own_words(refused: Refused) -> str:
    """What the hub itself said, for people."""
    return f" (it answered {refused.status}{': ' + str(refused) if str(refused) else ''})"
