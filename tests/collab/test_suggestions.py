"""Suggestions: a fork of a notebook, taken over or left cell by cell."""

from __future__ import annotations

import pytest

from jupyter_hubcollab.collab.people import Person
from jupyter_hubcollab.errors import AccessDenied, Conflict, SuggestionNotFound
from jupyter_hubcollab.wire import Roles, Suggestion, SuggestionSeen

from .conftest import Site
from .people import ANA, BEN, Tab

FILE = "id-a.ipynb"


async def suggested(site: Site) -> Suggestion:
    """Ben suggests: one cell edited, one added, one deleted."""
    suggestion = await site.rooms.suggestions.begin(BEN, FILE, "a.ipynb", "Better names")
    ben = Tab()
    pipe = await site.door(suggestion.id).join(ben, BEN)
    ben.type("  # by ben")
    ben.add_cell("new = True")
    del ben.cells[1]
    room = pipe.room
    await ben.until(lambda: True)
    await site.door(suggestion.id).join(Tab(), ANA)
    await room.stored(room.last_seq)
    pipe.cut()
    return suggestion


def by_kind(seen: SuggestionSeen) -> dict[str, str]:
    return {change.kind: change.id for change in seen.changes}


async def test_changes_are_told_cell_by_cell(site: Site) -> None:
    """Who reviews sees what each cell was, is, and would be; the notebook itself is untouched."""
    ana = Tab()
    await site.door().join(ana, ANA)

    seen = await site.rooms.suggestions.seen((await suggested(site)).id)

    assert [(one.kind, one.before, one.suggested) for one in seen.changes] == [
        ("edited", "x = 1", "x = 1  # by ben"),
        ("added", None, "new = True"),
        ("deleted", "y = 2", None),
    ]
    assert ana.sources == ["x = 1", "y = 2"]


async def test_each_change_is_accepted_or_rejected_and_survives_a_crash(site: Site) -> None:
    """What was accepted stands in everybody's notebook, under the name of who wrote it; the rest is left."""
    suggestion = await suggested(site)
    await site.die()
    site.start()
    ana = Tab()
    await site.door().join(ana, ANA)
    kinds = by_kind(await site.rooms.suggestions.seen(suggestion.id))

    ana.type("!", cell=1)
    await site.rooms.suggestions.decide(ANA, suggestion.id, kinds["edited"], accept=True)
    await site.rooms.suggestions.decide(ANA, suggestion.id, kinds["added"], accept=True)
    seen = await site.rooms.suggestions.decide(ANA, suggestion.id, kinds["deleted"], accept=False)
    await ana.until(lambda: len(ana.sources) == 3)

    assert seen.suggestion.state == "closed"
    assert sorted(ana.sources) == ["new = True", "x = 1  # by ben", "y = 2!"]
    stored = (await site.rooms.log()).updates(f"json:notebook:{FILE}")
    assert {update.author for update in stored if b"by ben" in update.content} == {"ben"}


async def test_words_that_both_changed_are_not_overwritten(site: Site) -> None:
    """A change that clashes with the notebook is refused; one beside it is merged."""
    suggestion = await suggested(site)
    kinds = by_kind(await site.rooms.suggestions.seen(suggestion.id))
    ana = Tab()
    pipe = await site.door().join(ana, ANA)

    ana.cells[0]["source"].insert(0, "# top\n")
    ana.type("0", cell=1)
    await site.door().join(Tab(), BEN)
    await pipe.room.stored(pipe.room.last_seq)
    await site.rooms.suggestions.decide(ANA, suggestion.id, kinds["edited"], accept=True)
    with pytest.raises(Conflict):
        await site.rooms.suggestions.decide(ANA, suggestion.id, kinds["deleted"], accept=True)
    with pytest.raises(Conflict):
        await site.rooms.suggestions.decide(ANA, suggestion.id, kinds["edited"], accept=False)
    await ana.until(lambda: "by ben" in ana.sources[0])

    assert ana.sources == ["# top\nx = 1  # by ben", "y = 20"]


async def test_only_its_author_or_an_editor_withdraws_a_suggestion(site: Site) -> None:
    """A suggestion goes when its author wants, and not when any reader wants."""
    suggestion = await suggested(site)
    roles = Roles(file=FILE, path=None, people={"ana": "owner"}, others="commenter")
    await site.rooms.roles.give(ANA, FILE, roles)

    with pytest.raises(AccessDenied):
        await site.rooms.suggestions.withdraw(Person("carl", "Carl"), suggestion.id)
    await site.rooms.suggestions.withdraw(BEN, suggestion.id)

    with pytest.raises(SuggestionNotFound):
        await site.rooms.suggestions.seen(suggestion.id)


async def test_a_viewer_cannot_write_into_a_suggestion(site: Site) -> None:
    """A fork has the roles of its notebook, also after a restart: from commenter on one may work in it."""
    suggestion = await suggested(site)
    await site.rooms.roles.give(ANA, FILE, Roles(file=FILE, path=None, people={"ana": "owner"}, others="viewer"))
    await site.die()
    site.start()
    carl = Tab()
    await site.door(suggestion.id).join(carl, Person("carl", "Carl"))

    carl.type("FORBIDDEN")
    await carl.until(lambda: any(b"refused" in message for message in carl.raw))

    seen = await site.rooms.suggestions.seen(suggestion.id)
    assert not [one for one in seen.changes if "FORBIDDEN" in (one.suggested or "")]
