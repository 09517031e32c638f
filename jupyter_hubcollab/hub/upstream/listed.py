"""Lists of other hubs: all of them asked at once, each as far as it answers."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
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


def listed(hubs: Sequence[OtherHub], threads: Executor, keys: Keys, actor: Actor, path: str) -> list[Listed]:
    """What all *hubs* list at *path*, below their address; with the actor's own tokens, where there are any."""
    asked = [threads.submit(_one, hub, keys, actor, path) for hub in hubs]
    return [each.result() for each in asked]


def _one(hub: OtherHub, keys: Keys, actor: Actor, path: str) -> Listed:
    try:
        reply = hub.ask("GET", path, keys.of(actor, hub.url))
        return Listed(hub.url, tuple(msgspec.json.decode(reply.body, type=list[dict[str, Any]])))
    except UpstreamUnavailable as error:
        return Listed(hub.url, silent=str(error))
    except Refused as refused:
        return Listed(hub.url, silent=f"{hub.url} does not let us search{own_words(refused)}")
    except msgspec.DecodeError:
        return Listed(hub.url, silent=f"{hub.url} does not answer as a hub does")
