"""Threads of comments on notebooks, cells, pieces of text, models, versions and runs.

They stand in the workspace document, which the server alone writes: an author is who the server says it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import msgspec

from ..errors import AccessDenied, BadInput, ThreadNotFound
from ..wire import About, Comment, Thread
from .people import Person
from .workspace import Shared, author_of, checked

_MENTION = re.compile(r"(?<![\w@.])@([\w][\w.-]*[\w]|[\w])")


class Comments:
    """The threads of one server. Lives on the event loop."""

    def __init__(self, shared: Shared, new_id: Callable[[], str] = lambda: uuid4().hex[:12]) -> None:
        self._shared, self._new_id = shared, new_id

    async def begin(self, person: Person, about: About, text: str) -> Thread:
        """Say something about a thing on which nobody spoke yet, or begin another thread on it."""
        first = await self._comment(person, text)
        thread = Thread(id=self._new_id(), about=about, comments=[first], resolved_by=None, resolved_at=None)
        await self._keep(person, thread)
        return thread

    async def thread(self, number: str) -> Thread:
        """A thread.

        Raises:
            ThreadNotFound: it is not there.
        """
        value = (await self._shared.board()).one("threads", number)
        if value is None:
            raise ThreadNotFound("this thread was deleted")
        return msgspec.convert(value, Thread)

    async def reply(self, person: Person, number: str, text: str) -> Thread:
        """Say something more; a resolved thread is open again."""
        said = await self._comment(person, text)
        thread = await self.thread(number)
        comments = [*thread.comments, said]
        return await self._changed(person, thread, comments=comments, resolved_by=None, resolved_at=None)

    async def edit(self, person: Person, number: str, comment: str, text: str) -> Thread:
        """Say it in other words; only who said it may.

        Raises:
            AccessDenied: somebody else said it.
        """
        new = await self._comment(person, text)
        thread = await self.thread(number)
        old = _own(person, thread, comment)
        edited = msgspec.structs.replace(old, text=new.text, mentions=new.mentions, edited_at=new.at)
        comments = [edited if one.id == comment else one for one in thread.comments]
        return await self._changed(person, thread, comments=comments)

    async def delete(self, person: Person, number: str, comment: str) -> Thread | None:
        """Take a comment of one's own back; a thread without comments goes with it, and None comes back.

        Raises:
            AccessDenied: somebody else said it.
        """
        thread = await self.thread(number)
        _own(person, thread, comment)
        left = [one for one in thread.comments if one.id != comment]
        if left:
            return await self._changed(person, thread, comments=left)
        await (await self._shared.board()).drop(person, "threads", number)
        return None

    async def resolve(self, person: Person, number: str, *, resolved: bool) -> Thread:
        """Say that it is settled, or that it is not."""
        thread = await self.thread(number)
        by, at = (author_of(person), self._shared.now()) if resolved else (None, None)
        return await self._changed(person, thread, resolved_by=by, resolved_at=at)

    async def _comment(self, person: Person, text: str) -> Comment:
        text = checked(text, "a comment")
        mentions = [name for name in await self._mentioned(text) if name != person.name]
        now = self._shared.now()
        author = author_of(person)
        return Comment(id=self._new_id(), author=author, at=now, text=text, mentions=mentions, edited_at=None)

    async def _mentioned(self, text: str) -> list[str]:
        """The people whose name stands after an @ in *text*: their user name, or their display name without blanks."""
        asked = [name.lower() for name in _MENTION.findall(text)]
        if not asked:
            return []
        people = (await self._shared.whole()).people
        called = {_as_called(display): name for name, display in people.items()}
        called |= {name.lower(): name for name in people}
        return list(dict.fromkeys(called[name] for name in asked if name in called))

    async def _changed(self, person: Person, thread: Thread, **fields: object) -> Thread:
        changed = msgspec.structs.replace(thread, **fields)
        await self._keep(person, changed)
        return changed

    async def _keep(self, person: Person, thread: Thread) -> None:
        await self._shared.keep(person, "threads", thread.id, thread)


def _as_called(display_name: str) -> str:
    return re.sub(r"\s+", "", display_name).lower()


def _own(person: Person, thread: Thread, comment: str) -> Comment:
    found = next((one for one in thread.comments if one.id == comment), None)
    if found is None:
        raise ThreadNotFound("this comment was deleted")
    if found.author.name != person.name:
        raise AccessDenied("only who wrote a comment may change or delete it")
    return found


def about_file(asked: About, file_id: str) -> About:
    """*asked* with the id of its notebook.

    Raises:
        BadInput: a part of a cell is named, but not which.
    """
    if asked.kind in ("cell", "text") and not asked.cell:
        raise BadInput("name the cell")
    return msgspec.structs.replace(asked, id=file_id)
