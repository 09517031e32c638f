"""Lists of other hubs: all of them asked at once, each as soon and as far as it answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from typing import Any

import msgspec

from ...access import Actor
from ...errors import UpstreamUnavailable
from .ask import OtherHub, Refused
from .keys import Keys
from .replies import own_words


@dataclass(frozen=True, slots=True)
class Listed:
    """What one hub listed, or why it did not."""

    hub: str
    entries: tuple[dict[str, Any], ...] = ()
    silent: str = ""


def listed(
    hubs: Sequence[OtherHub], threads: Executor, keys: Keys, actor: Actor, asked: Sequence[str], *, enough: int
) -> Iterator[Listed]:
    """What *hubs* list at the paths *asked* below their address, each as it answers; with the actor's own tokens.

    The next path is asked for only while what a hub has listed is not *enough*.
    """
    waited = [threads.submit(_one, hub, keys, actor, asked, enough) for hub in hubs]
    return (each.result() for each in as_completed(waited))


def _one(hub: OtherHub, keys: Keys, actor: Actor, asked: Sequence[str], enough: int) -> Listed:
    entries: list[dict[str, Any]] = []
    try:
        for path in asked:
            if len(entries) < enough:
                reply = hub.ask("GET", path, keys.of(actor, hub.url))
                entries += msgspec.json.decode(reply.body, type=list[dict[str, Any]])
    except UpstreamUnavailable as error:
        return Listed(hub.url, tuple(entries), silent=str(error))
    except Refused as refused:
        return Listed(hub.url, tuple(entries), silent=f"{hub.url} does not let us search{own_words(refused)}")
    except msgspec.DecodeError:
        return Listed(hub.url, tuple(entries), silent=f"{hub.url} does not answer as a hub does")
    return Listed(hub.url, tuple(entries))
