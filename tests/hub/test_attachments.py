"""Attachments: safe kinds only, limited, found by a name that nobody guesses."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from people import ANN, READER, Clock

from jupyter_hubcollab.access import ANONYMOUS, Actor
from jupyter_hubcollab.errors import AccessDenied, BadInput, EntryNotFound, TooLarge
from jupyter_hubcollab.hub.attachments import Attachments
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.names import FilePath, RepoId

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def attachments(tmp_path: Path) -> Attachments:
    return Attachments(tmp_path / "attachments")


def test_a_picture_is_found_by_its_name(attachments: Attachments) -> None:
    """The same picture twice has two names, and neither tells whose it is."""
    names = {attachments.keep(ANN, "image/png", PNG) for _ in range(2)}

    assert len(names) == 2
    for name in names:
        found = attachments.find(name)
        assert (found.path.read_bytes(), found.content_type) == (PNG, "image/png")
        assert "ann" not in name


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("image/svg+xml", b"<svg onload='alert(1)'/>"),
        ("text/html", b"<script>alert(1)</script>"),
        ("image/png", b"<script>alert(1)</script>"),
        ("image/jpeg", PNG),
        ("image/png", b""),
        ("", PNG),
    ],
)
def test_what_a_browser_might_run_is_refused(attachments: Attachments, content_type: str, content: bytes) -> None:
    """The bytes must be of the kind that they are said to be."""
    with pytest.raises(BadInput):
        attachments.keep(ANN, content_type, content)


def test_a_picture_has_ten_megabytes_at_most(attachments: Attachments) -> None:
    """As on the Hugging Face Hub."""
    with pytest.raises(TooLarge):
        attachments.keep(ANN, "image/png", PNG + bytes(10_000_000))


@pytest.mark.parametrize("actor", [READER, Actor(ANONYMOUS, "Anonymous")])
def test_who_only_reads_attaches_nothing(attachments: Attachments, actor: Actor) -> None:
    """Nor does who is not logged in."""
    with pytest.raises(AccessDenied):
        attachments.keep(actor, "image/png", PNG)


@pytest.mark.parametrize("name", ["../index.sqlite", "a/b.png", "0" * 16 + "/" + "0" * 40 + ".png", ""])
def test_no_other_file_is_found(attachments: Attachments, name: str) -> None:
    """Names that climb lead nowhere."""
    with pytest.raises(EntryNotFound):
        attachments.find(name)


def attached(hub: Hub, clock: Clock) -> str:
    """A picture that came at the time of the clock."""
    folder = hub.upkeep.places.folder / "attachments"
    name = Attachments(folder).keep(ANN, "image/png", PNG)
    os.utime(folder / name, (clock.now.timestamp(), clock.now.timestamp()))
    return name


def test_garbage_is_what_no_text_shows(hub: Hub, digits: RepoId, clock: Clock) -> None:
    """Neither a comment, though the one that brought it is hidden, nor a card; what is young stays in any case."""
    names = {what: attached(hub, clock) for what in ("said", "quoted", "hidden", "card", "nowhere")}
    shown = {what: f"![it](https://hub.example.org/hubcollab/hf/uploads/{name})" for what, name in names.items()}
    opened = hub.social.discussions.open(ANN, digits, "how?", shown["said"])
    for text in (shown["hidden"], shown["quoted"]):
        comment = hub.social.discussions.comment(ANN, digits, opened.number, text)
        hub.social.discussions.comment(ANN, digits, opened.number, f"> {shown['quoted']}")
        hub.social.discussions.hide(ANN, digits, opened.number, comment.id)
    card = shown["card"].encode()
    hub.commits.commit(ANN, digits, [Put(FilePath("README.md"), card, len(card))], message="card", tag="v1")
    hub.commits.commit(ANN, digits, [Put(FilePath("README.md"), b"none", 4)], message="no card")
    clock.forward(timedelta(days=2))
    young = attached(hub, clock)

    freed = hub.upkeep.gc(timedelta(days=1), dry=True), hub.upkeep.gc(timedelta(days=1))

    folder = hub.upkeep.places.folder / "attachments"
    left = {str(file.relative_to(folder)) for file in folder.glob("*/*")}
    assert left == {names["said"], names["quoted"], names["card"], young}
    assert [one.attachments for one in freed] == [2, 2]
