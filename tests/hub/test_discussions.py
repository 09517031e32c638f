"""Discussions: said, edited, hidden, renamed, closed."""

from __future__ import annotations

import pytest
from people import ANN, BOB, READER

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import (
    AccessDenied,
    BadRequestBody,
    DiscussionNotFound,
    RepoNotFound,
)
from jupyter_hubcollab.hub.discussions import Asked
from jupyter_hubcollab.hub.events import DiscussionMoved
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.names import RepoId

CAT = Actor("cat", "Cat Example")


def test_a_discussion_keeps_what_happens(hub: Hub, digits: RepoId) -> None:
    """Comments, another title and another status, in their order and with their authors."""
    made = hub.social.discussions.open(BOB, digits, "  What\nlicense? ", "I wonder.")

    hub.social.discussions.comment(ANN, digits, 1, "MIT.")
    hub.social.discussions.rename(ANN, digits, 1, "License")
    hub.social.discussions.set_status(BOB, digits, 1, "closed", "Thanks")

    assert (made.number, made.title, made.status) == (1, "What license?", "open")
    events = hub.social.discussions.events(hub.social.discussions.get(ANN, digits, 1))
    assert [(one.kind, one.author.display_name) for one in events] == [
        ("comment", "Bob Example"),
        ("comment", "Ann Example"),
        ("title", "Ann Example"),
        ("comment", "Bob Example"),
        ("status", "Bob Example"),
    ]
    now = hub.social.discussions.get(ANN, digits, 1)
    assert (now.title, now.status, now.comments) == ("License", "closed", 3)


def test_an_edited_comment_keeps_what_it_said(hub: Hub, digits: RepoId) -> None:
    """Its author edits it, others do not; the same words again change nothing."""
    hub.social.discussions.open(BOB, digits, "t", "one")
    comment = hub.social.discussions.events(hub.social.discussions.get(ANN, digits, 1))[0].id

    hub.social.discussions.edit(BOB, digits, 1, comment, "two")
    changed = hub.social.discussions.edit(BOB, digits, 1, comment, "two")

    assert changed.content["text"] == "two"
    assert [before["text"] for before in changed.content["history"]] == ["one"]
    with pytest.raises(AccessDenied):
        hub.social.discussions.edit(ANN, digits, 1, comment, "three")


def test_a_hidden_comment_is_gone_for_good(hub: Hub, digits: RepoId) -> None:
    """Neither its text nor its earlier texts are kept; who may write to the repo hides what others said."""
    hub.repos.set_private(ANN, digits, False)
    hub.social.discussions.open(BOB, digits, "t", "rude")
    comment = hub.social.discussions.events(hub.social.discussions.get(ANN, digits, 1))[0].id
    hub.social.discussions.edit(BOB, digits, 1, comment, "ruder")

    hub.social.discussions.hide(ANN, digits, 1, comment)

    (event,) = hub.social.discussions.events(hub.social.discussions.get(BOB, digits, 1))
    assert event.is_hidden
    assert "rude" not in str(event.content)
    with pytest.raises(AccessDenied):
        hub.social.discussions.edit(BOB, digits, 1, comment, "again")


def test_lists_are_filtered_and_paged(hub: Hub, digits: RepoId) -> None:
    """By status and author, newest first."""
    for number in range(1, 6):
        hub.social.discussions.open(ANN if number % 2 else BOB, digits, f"d{number}", "x")
    hub.social.discussions.set_status(ANN, digits, 1, "closed")

    page, total = hub.social.discussions.list(ANN, digits, Asked(status="open", limit=2, offset=1))
    bobs, _ = hub.social.discussions.list(ANN, digits, Asked(author="bob"))

    assert ([one.number for one in page], total) == ([4, 3], 4)
    assert [one.number for one in bobs] == [4, 2]
    assert hub.social.discussions.counts(ANN, digits, "all") == (4, 1)


@pytest.mark.parametrize("title", ["", "   ", "x" * 501])
def test_a_title_says_something(hub: Hub, digits: RepoId, title: str) -> None:
    """Empty and endless ones are refused, and empty comments too."""
    with pytest.raises(BadRequestBody):
        hub.social.discussions.open(ANN, digits, title, "text")
    with pytest.raises(BadRequestBody):
        hub.social.discussions.open(ANN, digits, "title", " \n")


def test_a_token_for_reading_says_nothing(hub: Hub, digits: RepoId) -> None:
    """To discuss is to write."""
    with pytest.raises(AccessDenied):
        hub.social.discussions.open(READER, digits, "t", "x")


def test_the_discussions_of_a_private_repo_are_private(hub: Hub, digits: RepoId) -> None:
    """Whoever may not know the repo finds no discussion either."""
    hub.social.discussions.open(ANN, digits, "t", "x")
    hub.repos.set_private(ANN, digits, True)

    for call in (hub.social.discussions.get, lambda *a: hub.social.discussions.comment(*a, "x")):
        with pytest.raises(RepoNotFound):
            call(CAT, digits, 1)


def test_what_is_not_there_is_not_found(hub: Hub, digits: RepoId) -> None:
    """Neither a number nor a comment that nobody made."""
    hub.social.discussions.open(ANN, digits, "t", "x")

    with pytest.raises(DiscussionNotFound):
        hub.social.discussions.get(ANN, digits, 2)
    with pytest.raises(DiscussionNotFound):
        hub.social.discussions.edit(ANN, digits, 1, "0" * 24, "y")


def test_what_happens_is_told(hub: Hub, digits: RepoId) -> None:
    """Listeners hear of every change, after it is kept."""
    heard: list[tuple[int, str]] = []
    hub.events.on(DiscussionMoved, lambda event: heard.append((event.number, event.change)))

    hub.social.discussions.open(ANN, digits, "t", "x")
    hub.social.discussions.comment(BOB, digits, 1, "y")
    hub.social.discussions.set_status(ANN, digits, 1, "closed")

    assert heard == [(1, "opened"), (1, "comment"), (1, "status")]


def test_a_deleted_repo_takes_its_discussions_along(hub: Hub, digits: RepoId) -> None:
    """A new repo of the same name begins with none."""
    hub.social.discussions.open(ANN, digits, "t", "x")
    hub.repos.delete(ANN, digits)

    hub.repos.create(ANN, digits)
    made = hub.social.discussions.open(ANN, digits, "new", "y")

    assert made.number == 1
    assert [event.content["text"] for event in hub.social.discussions.events(made)] == ["y"]
