"""The same question put to other hubs: each is heard as it answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import httpx
import pytest

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.catalogue.abroad import Abroad
from jupyter_hubcollab.catalogue.search import Search, Where
from jupyter_hubcollab.hub.upstream import Upstream
from jupyter_hubcollab.hub.upstream.ask import OtherHub
from jupyter_hubcollab.hub.upstream.keys import Keys
from jupyter_hubcollab.hub.upstream.memory import Memory
from jupyter_hubcollab.hub.upstream.transfers import Transfers
from jupyter_hubcollab.storage.database import Database

ANN = Actor("ann", "Ann")
LONGEST_S = 60


def _now() -> datetime:
    return datetime.now(UTC)


class Hubs:
    """Hubs by host: 'quick' lists one model, 'slow' the same when it may, 'dead' is not there."""

    def __init__(self) -> None:
        self.slow_may_answer = Event()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "dead":
            raise httpx.ConnectError("nobody listens", request=request)
        if request.url.host == "slow":
            assert self.slow_may_answer.wait(LONGEST_S)
        listed = [{"id": f"{request.url.host}/moods", "tags": ["license:mit"], "pipeline_tag": "text-classification"}]
        return httpx.Response(200, stream=httpx.ByteStream(json.dumps(listed).encode()))


@pytest.fixture
def hubs() -> Hubs:
    return Hubs()


@pytest.fixture
def abroad(hubs: Hubs, search: Search, tmp_path: Path) -> Iterator[Abroad]:
    """Asks the slow one first."""
    database, client = Database(f"sqlite:///{tmp_path}/index.sqlite"), httpx.Client(transport=httpx.MockTransport(hubs))
    keys = Keys(database, b"s" * 32, _now)
    with ThreadPoolExecutor(4) as threads, client:
        asked = [OtherHub(f"http://{host}", lambda: client, _now) for host in ("slow", "dead", "quick")]
        transfers = Transfers(tmp_path / "upstream", threads, 0)
        upstream = Upstream(asked, Memory(database, _now), keys, transfers, now=_now)
        yield Abroad(upstream, search)
        upstream.close()
    database.close()


def test_a_slow_hub_and_a_dead_one_hold_up_nothing(abroad: Abroad, hubs: Hubs) -> None:
    """At once it is said who is asked; then each shows what it has, and who is silent is named."""
    found = abroad.found(ANN, "moods, mit", Where())

    asked, *others = next(found), next(found), next(found)
    hubs.slow_may_answer.set()
    last = next(found)

    assert asked.waiting == ["http://slow", "http://dead", "http://quick"]
    assert [[hit.model.id for hit in line.hits] for line in others if line.hits] == [["quick/moods"]]
    assert [why.partition(" ")[0] for line in others for why in line.silent] == ["http://dead"]
    assert others[-1].waiting == ["http://slow"]
    assert ([hit.model.id for hit in last.hits], last.waiting) == (["slow/moods"], [])


def test_what_violates_a_condition_is_left_out(abroad: Abroad, hubs: Hubs) -> None:
    """As among the hub's own."""
    hubs.slow_may_answer.set()

    found = [hit for line in abroad.found(ANN, "moods, gpl", Where()) for hit in line.hits]

    assert found == []
