"""The workspace document: kept, read live by every panel, written by the server alone."""

from __future__ import annotations

import asyncio
import json

import msgspec
import pytest
from pycrdt import Map, Text

from jupyter_hubcollab.collab.board import NAME
from jupyter_hubcollab.collab.export import as_markdown
from jupyter_hubcollab.collab.workspace import CardOf
from jupyter_hubcollab.errors import AccessDenied, BadInput, NotFound, RoomNotFound, ThreadNotFound
from jupyter_hubcollab.wire import About, Roles

from .conftest import ROOM, Site
from .people import ANA, BEN, Tab

MODEL = About(kind="model", id="team/digits", path=None, cell=None, start=None, end=None, quote=None, revision=None)


async def test_a_pin_is_seen_live_and_after_a_crash(site: Site) -> None:
    """What one pins, the panels of others show at once, and the next server still has it."""
    panel = Tab("text")
    await site.door(NAME).join(panel, BEN)

    await site.rooms.shared.pin(ANA, "run1", name="first", note="best so far")
    await panel.until(lambda: "run1" in panel.doc.get("pins", type=Map))
    await site.die()
    site.start()

    [pin] = (await site.rooms.shared.whole()).pins
    assert (pin.run, pin.note, pin.by.name) == ("run1", "best so far", "ana")
    assert panel.doc.get("pins", type=Map)["run1"]["by"]["displayName"] == "Ana Álvarez"


async def test_a_panel_that_comes_back_goes_on_without_doubles(site: Site) -> None:
    """A panel that was away gets what it missed into the document that it has."""
    panel = Tab("text")
    pipe = await site.door(NAME).join(panel, BEN)
    await site.rooms.shared.pin(ANA, "run1", name="", note="")
    pipe.cut()
    await site.rooms.shared.drop(ANA, "pins", "run1")
    await site.rooms.shared.pin(ANA, "run2", name="", note="")

    await site.door(NAME).join(panel, BEN)

    await panel.until(lambda: list(panel.doc.get("pins", type=Map)) == ["run2"])


async def test_nobody_writes_the_workspace_but_the_server(site: Site) -> None:
    """An edit of a panel, which could bear any name, is refused and reaches nobody."""
    forger, ben = Tab("text"), Tab("text")
    await site.door(NAME).join(forger, ANA)
    await site.door(NAME).join(ben, BEN)

    forger.doc.get("pins", type=Map)["forged"] = {"by": "ben"}
    await forger.until(lambda: any(b"refused" in message for message in forger.raw))
    await site.rooms.shared.pin(ANA, "true", name="", note="")
    await ben.until(lambda: "true" in ben.doc.get("pins", type=Map))

    assert "forged" not in ben.doc.get("pins", type=Map)
    assert [pin.run for pin in (await site.rooms.shared.whole()).pins] == ["true"]


async def test_a_panel_of_another_workspace_is_sent_away(site: Site) -> None:
    """After the log was lost, a panel begins anew instead of mixing two documents."""
    panel = Tab("text")
    pipe = await site.door(NAME).join(panel, BEN)
    await site.rooms.shared.pin(ANA, "old", name="", note="")
    await panel.until(lambda: "old" in panel.doc.get("pins", type=Map))
    pipe.cut()
    await site.rooms.stop()
    for file in site.config.data_dir.glob("rooms.sqlite*"):
        file.unlink()
    site.start()

    await site.door(NAME).connect(panel, BEN)
    code, reason = await asyncio.wait_for(panel.closed, 60)

    assert code == 1003
    assert json.loads(reason)["reloadable"]
    assert (await site.rooms.shared.whole()).pins == []


async def test_a_draft_is_written_by_several(site: Site) -> None:
    """Several people write one text, which outlives the server."""
    ana, ben = Tab("text"), Tab("text")
    draft = await site.rooms.shared.draft(ANA, "Card of digits", None, "# Digits\n")
    await site.door(draft.room).join(ana, ANA)
    await site.door(draft.room).join(ben, BEN)

    ana.doc.get("source", type=Text).insert(len(ana.text), "by ana ")
    await ben.until(lambda: "by ana" in ben.text)
    ben.doc.get("source", type=Text).insert(len(ben.text), "and ben")
    await ana.until(lambda: "and ben" in ana.text)
    await site.die()
    site.start()

    assert await site.rooms.shared.draft_text(draft.id) == "# Digits\nby ana and ben"


async def test_a_dropped_draft_and_unknown_rooms_are_no_rooms(site: Site) -> None:
    """What is not there is said not to be there."""
    with pytest.raises(RoomNotFound):
        await site.rooms.room("hubcollab:other")
    with pytest.raises(NotFound):
        await site.rooms.shared.draft_text("nothing")
    with pytest.raises(NotFound):
        await site.rooms.shared.drop(ANA, "pins", "nothing")


async def test_a_thread_has_mentions_replies_and_an_end(site: Site) -> None:
    """People speak to each other by name, and settle it."""
    await site.rooms.shared.pin(BEN, "run", name="", note="")
    thread = await site.rooms.comments.begin(ANA, MODEL, "Is this fair, @ben and @nobody?")

    thread = await site.rooms.comments.reply(BEN, thread.id, "It is, @AnaÁlvarez")
    thread = await site.rooms.comments.resolve(BEN, thread.id, resolved=True)
    again = await site.rooms.comments.reply(ANA, thread.id, "Sure?")

    assert [comment.mentions for comment in thread.comments] == [["ben"], ["ana"]]
    assert thread.resolved_by is not None
    assert thread.resolved_by.name == "ben"
    assert again.resolved_by is None


async def test_only_the_author_changes_a_comment(site: Site) -> None:
    """Others can answer, not put words into one's mouth; a thread goes with its last comment."""
    thread = await site.rooms.comments.begin(ANA, MODEL, "frist")
    said = thread.comments[0].id

    with pytest.raises(AccessDenied):
        await site.rooms.comments.edit(BEN, thread.id, said, "forged")
    with pytest.raises(AccessDenied):
        await site.rooms.comments.delete(BEN, thread.id, said)
    edited = await site.rooms.comments.edit(ANA, thread.id, said, "first")
    gone = await site.rooms.comments.delete(ANA, thread.id, said)

    assert edited.comments[0].text == "first"
    assert edited.comments[0].edited_at is not None
    assert gone is None
    with pytest.raises(ThreadNotFound):
        await site.rooms.comments.thread(thread.id)


async def test_comments_can_be_read_as_markdown(site: Site) -> None:
    """The workspace can be taken along."""
    await site.rooms.shared.pin(ANA, "run1", name="first", note="best")
    await site.rooms.comments.begin(BEN, MODEL, "two\nlines")
    await site.rooms.comments.begin(BEN, msgspec.structs.replace(MODEL, kind="run", id="run1"), "good")

    text = as_markdown(await site.rooms.shared.whole(), {"run1": "wide trees"})

    assert "- `run1` first: best (Ana Álvarez)" in text
    assert "### model team/digits" in text
    assert "### run wide trees (`run1`)" in text
    assert "**Ben**" in text


def roles(others: str = "viewer", **people: str) -> Roles:
    return Roles(file="id-a.ipynb", path="a.ipynb", people=people, others=others)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["viewer", "commenter", "runner"])
async def test_who_is_no_editor_edits_nothing(site: Site, role: str) -> None:
    """An edit and a save by a role below editor are refused at that very message, and reach neither room nor file."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    await site.rooms.roles.give(ANA, "id-a.ipynb", roles(ben=role))

    ben.type("FORBIDDEN")
    assert ben.send is not None
    ben.send(b"\x02\x04save\x07")
    await ben.until(lambda: sum(b"refused" in message or b"failed" in message for message in ben.raw) == 2)
    ana.type("!")
    await site.files.written.wait()

    assert ana.sources[0] == "x = 1!"
    assert not [step for step in await site.rooms.past.steps(ROOM) if step.author == "ben"]


async def test_roles_outlive_the_server_and_can_be_given_back(site: Site) -> None:
    """A role is stored; a new one counts at once for a tab that is open."""
    await site.rooms.roles.give(ANA, "id-a.ipynb", roles(ben="viewer"))
    await site.die()
    site.start()
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)
    before = site.rooms.roles.of("ben", "id-a.ipynb")

    await site.rooms.roles.give(ANA, "id-a.ipynb", roles(ben="editor", ana="owner"))
    ben.type(" by ben")
    await ana.until(lambda: "by ben" in ana.sources[0])

    assert before == "viewer"


async def test_only_an_owner_gives_roles_and_one_stays(site: Site) -> None:
    """Nobody helps themselves to a role, and nobody is locked out for good."""
    await site.rooms.roles.give(ANA, "id-a.ipynb", roles())

    with pytest.raises(AccessDenied):
        await site.rooms.roles.give(BEN, "id-a.ipynb", roles(ben="owner"))
    with pytest.raises(BadInput):
        await site.rooms.roles.give(ANA, "id-a.ipynb", roles(ana="viewer"))

    assert site.rooms.roles.of("ana", "id-a.ipynb") == "owner"


async def test_a_card_has_one_draft_for_all(site: Site) -> None:
    """Who comes second gets what was begun; when it has ended, the next one begins with the card as it is then."""
    shared, card = site.rooms.shared, CardOf("c" * 32, "commit1", is_listed=True)
    first = await shared.draft(ANA, "Card of digits", "team/digits", "one", card=card)
    second = await shared.draft(BEN, "Card of digits", "team/digits", "two", card=card)

    assert second == first
    assert await shared.draft_text(first.id) == "one"
    await shared.end_card(BEN, first.id)
    assert (await shared.whole()).drafts == []
    third = await shared.draft(BEN, "Card of digits", "team/digits", "three", card=card)
    assert await shared.draft_text(third.id) == "three"


async def test_the_draft_of_a_private_card_is_not_listed(site: Site) -> None:
    """Its room is told to those who may see the repo, and to nobody else."""
    card = CardOf("d" * 32, "commit1", is_listed=False)

    draft = await site.rooms.shared.draft(ANA, "Card of secret", None, "text", card=card)

    assert (await site.rooms.shared.whole()).drafts == []
    with pytest.raises(NotFound):
        await site.rooms.shared.draft_text(draft.id)
    await site.rooms.shared.end_card(ANA, draft.id)
