"""What happened in a room, and the log that tells it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pycrdt import Doc, Text

from jupyter_hubcollab.collab.document import doc_of
from jupyter_hubcollab.collab.history import Timeline, compact, steps
from jupyter_hubcollab.collab.updates import Save, Update, UpdateLog


@pytest.fixture
def log(tmp_path: Path) -> Iterator[UpdateLog]:
    log = UpdateLog(tmp_path / "rooms.sqlite", lambda _: None, now=lambda: 1000.0)
    yield log
    log.close()


def typed(*texts: str) -> list[bytes]:
    """Updates of a document into which one types."""
    doc: Doc[Text] = Doc()
    updates: list[bytes] = []
    doc.observe(lambda event: updates.append(event.update))
    source = doc.get("source", type=Text)
    for text in texts:
        source += text
    return updates


def text_of(updates: list[Update]) -> str:
    return str(doc_of(update.content for update in updates).get("source", type=Text))


def test_steps_are_what_one_wrote_without_a_pause() -> None:
    """A change of the author and a pause each begin a new step."""
    contents = typed("a", "b", "c", "d")
    authors = ["ana", "ana", "ben", "ben"]
    times = [0.0, 1.0, 2.0, 100.0]
    updates = [Update(n, times[n], authors[n], contents[n]) for n in range(4)]

    made = steps(updates)

    assert [(step.author, step.count, step.seq) for step in made] == [("ana", 2, 1), ("ben", 1, 2), ("ben", 1, 3)]


def test_what_is_stored_comes_back(log: UpdateLog) -> None:
    """Updates come back in their order, with author and time, each room its own."""
    for content in typed("a", "b"):
        log.append("room", "ana", content)
    log.append("other", "ben", b"?")

    assert text_of(log.updates("room")) == "ab"
    assert {(update.author, update.at) for update in log.updates("room")} == {("ana", 1000.0)}


def test_a_log_is_read_again_after_it_was_closed(tmp_path: Path) -> None:
    """A new process goes on counting where the old one ended."""
    first = UpdateLog(tmp_path / "rooms.sqlite", lambda _: None)
    number = first.append("room", "ana", b"1")
    first.close()
    second = UpdateLog(tmp_path / "rooms.sqlite", lambda _: None)
    next_number = second.append("room", "ana", b"2")

    assert next_number == number + 1
    assert [update.content for update in second.updates("room")] == [b"1", b"2"]
    second.close()


def test_a_history_set_aside_does_not_come_back(log: UpdateLog) -> None:
    """A room that begins anew under its old name has nothing of the old one."""
    log.append("room", "ana", b"old")
    log.set_aside("room")
    log.append("room", "ana", b"new")

    assert [update.content for update in log.updates("room")] == [b"new"]


def test_compaction_loses_neither_text_nor_authors_nor_saved_points(log: UpdateLog) -> None:
    """Ten thousand edits become a few; the text at a save is what it was."""
    contents = typed(*(f"{number};" for number in range(10_000)))
    numbers = [log.append("room", "ana", content) for content in contents[:9000]]
    log.note_save("room", Save(numbers[4999], "?"))
    for content in contents[9000:]:
        log.append("room", "ben", content)

    compact(log, "room")
    left = log.updates("room")

    assert [update.author for update in left] == ["ana", "ana", "ben"]
    assert text_of(left) == "".join(f"{number};" for number in range(10_000))
    assert text_of(log.updates("room", until=numbers[4999])).endswith("4999;")
    assert sum(len(update.content) for update in left) < 2 * len(text_of(left))


def test_a_timeline_goes_back_and_forth() -> None:
    """Steps are undone down to the first, and redone."""
    updates = [Update(n, 100.0 * n, "ana", content) for n, content in enumerate(typed("a", "b", "c"))]
    timeline = Timeline("file", steps(updates))
    shown = []

    for act in (timeline.undo, timeline.undo, timeline.undo, timeline.redo):
        moved = act(1)
        shown.append((moved, timeline.document.content()))

    assert shown == [(True, "ab"), (True, "a"), (False, "a"), (True, "ab")]


def test_whoever_asks_while_the_log_closes_does_not_wait_for_ever(tmp_path: Path) -> None:
    """A question that comes between the last write and the end of the writer is answered, not kept."""
    stuck: list[int] = []
    for attempt in range(20):
        log = UpdateLog(tmp_path / f"{attempt}.sqlite", lambda _: None)
        askers = [threading.Thread(target=log.people, daemon=True) for _ in range(8)]
        for asker in askers[:4]:
            asker.start()
        closer = threading.Thread(target=log.close)
        closer.start()
        for asker in askers[4:]:
            asker.start()
        closer.join()
        for asker in askers:
            asker.join(60)
        stuck += [attempt] * sum(asker.is_alive() for asker in askers)

    assert not stuck
