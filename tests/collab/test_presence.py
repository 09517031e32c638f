"""Names and cursors."""

from __future__ import annotations

from typing import Any

from .conftest import Site
from .people import ANA, BEN, Person, Tab


def seen(tab: Tab, of: Tab) -> dict[str, Any] | None:
    return tab.awareness.states.get(of.doc.client_id)


async def test_names_are_the_servers_word(site: Site) -> None:
    """Who calls himself something else is shown by his real name, with the colour that he likes."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)

    ben.stand(user={"name": "The CEO", "username": "ceo", "display_name": "The CEO", "color": "red"})
    await ana.until(lambda: bool(seen(ana, ben)))

    user = seen(ana, ben)["user"]  # type: ignore[index]
    assert (user["username"], user["name"], user["display_name"], user["color"]) == ("ben", "Ben", "Ben", "red")


async def test_nobody_speaks_for_another(site: Site) -> None:
    """A tab can neither move another's cursor nor make another vanish."""
    ana, ben, eve = Tab(), Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    await site.door().join(eve, Person("eve", "Eve"))
    ana.stand(user={}, cursor=1)
    await eve.until(lambda: (seen(eve, ana) or {}).get("cursor") == 1)

    number = ana.doc.client_id
    eve.awareness._meta[number] = {"clock": 2**31 - 5, "lastUpdated": 0}
    eve.awareness._states[number] = {"cursor": 666}
    eve.send(b"\x01" + _counted(eve.awareness.encode_awareness_update([number])))  # type: ignore[misc]
    del eve.awareness._states[number]
    eve.send(b"\x01" + _counted(eve.awareness.encode_awareness_update([number])))  # type: ignore[misc]
    eve.stand(done=True)
    await ben.until(lambda: bool((seen(ben, eve) or {}).get("done")))

    assert (seen(ben, ana) or {})["cursor"] == 1


def _counted(payload: bytes) -> bytes:
    assert len(payload) < 128
    return bytes([len(payload)]) + payload


async def test_a_joiner_sees_who_is_there_at_once(site: Site) -> None:
    """Whoever enters is told of everybody, without waiting for their next move."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    ana.stand(user={}, cursor=7)
    await site.door().join(ben, BEN)

    await ben.until(lambda: (seen(ben, ana) or {}).get("cursor") == 7)


async def test_who_leaves_is_gone_and_who_comes_back_is_seen(site: Site) -> None:
    """A tab that reconnects with the clock it had is not taken for old news."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    pipe = await site.door().join(ben, BEN)
    ben.stand(user={}, cursor=1)
    await ana.until(lambda: (seen(ana, ben) or {}).get("cursor") == 1)

    pipe.cut()
    await ana.until(lambda: seen(ana, ben) is None)
    site.clock += 1
    await site.door().join(ben, BEN)

    await ana.until(lambda: (seen(ana, ben) or {}).get("cursor") == 1)


async def test_a_tab_takes_over_from_its_own_dead_connection(site: Site) -> None:
    """When a line breaks without a word, the same user's new connection is believed."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    ben.stand(user={}, cursor=1)
    await ana.until(lambda: (seen(ana, ben) or {}).get("cursor") == 1)

    site.clock += 1
    await site.door().join(ben, BEN)
    ben.stand(user={}, cursor=2)

    await ana.until(lambda: (seen(ana, ben) or {}).get("cursor") == 2)
