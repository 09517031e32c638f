"""``hubcollab/api/workspace``: what people do together outside notebooks; panels see it in the workspace document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from ..access import require_scope
from ..collab import SETTING, Person
from ..errors import BadInput
from ..handler import HubHandler, in_thread
from ..names import repo_id
from ..wire import (
    About,
    CommentAsked,
    DecisionAsked,
    DraftAsked,
    Mentioned,
    NoteAsked,
    Roles,
    RolesAsked,
    RolesSeen,
    RunsComparedAsked,
    SuggestionAsked,
    Thread,
    ThreadAsked,
    ThreadChange,
)

if TYPE_CHECKING:
    from ..collab import Rooms

_RUN = re.compile(r"[\w-]{1,64}")


class TogetherHandler(HubHandler):
    """Knows the rooms, and who asks as rooms know people."""

    @property
    def rooms(self) -> Rooms:
        """The rooms of this server."""
        return cast("Rooms", self.settings[SETTING])

    async def prepare(self) -> None:  # type: ignore[override]
        """Tokens that only read may only read; roles are known from here on."""
        await super().prepare()
        if self.request.method not in ("GET", "HEAD"):
            require_scope(self.actor, "write")
        await self.rooms.roles.load()

    @property
    def person(self) -> Person:
        """Who asks."""
        return Person(self.actor.name, self.actor.display_name)

    async def file_of(self, path: str) -> str:
        """The id of the notebook at *path*; RoomNotFound."""
        return await self.rooms.file_of(path)

    async def checked_model(self, name: str) -> str:
        """A model that everybody may see: what is said of it in the workspace everybody reads.

        Raises:
            RepoNotFound: there is none.
            BadInput: it is private.
        """
        repo = repo_id(name)
        model = await in_thread(self.services.models.summaries.one, self.actor, repo)
        if model.visibility != "public":
            raise BadInput(f"{name} is private, and the workspace is read by everybody; use its discussions instead")
        return model.id


class WorkspaceHandler(TogetherHandler):
    """Everything."""

    async def get(self) -> None:
        """Pins, short list, drafts, threads."""
        self.reply(await self.rooms.shared.whole())


class ExportHandler(TogetherHandler):
    """Everything, as Markdown."""

    async def get(self) -> None:
        """A text to keep."""
        from ..collab.export import as_markdown
        from ..experiments.run_numbers import names_of

        self.set_header("Content-Type", "text/markdown; charset=utf-8")
        whole = await self.rooms.shared.whole()
        spoken_of = list(dict.fromkeys(one.about.id for one in whole.threads if one.about.kind == "run"))
        names = await in_thread(names_of, self.services.runs, self.actor, spoken_of)
        self.finish(as_markdown(whole, names))


class PinHandler(TogetherHandler):
    """A pinned run."""

    async def put(self, run: str) -> None:
        """Pin it, or change its note."""
        asked = self.body(NoteAsked)
        self.reply(await self.rooms.shared.pin(self.person, _checked_run(run), name=asked.name, note=asked.note))

    async def delete(self, run: str) -> None:
        """Take it down."""
        await self.rooms.shared.drop(self.person, "pins", run)
        self.set_status(204)


class ComparisonHandler(TogetherHandler):
    """The comparison of runs under discussion."""

    async def put(self) -> None:
        """Put one up, or change how it is drawn."""
        self.reply(await self.rooms.shared.compare(self.person, self.body(RunsComparedAsked)))

    async def delete(self) -> None:
        """End the discussion."""
        await self.rooms.shared.drop(self.person, "comparison", "now")
        self.set_status(204)


class ShortlistHandler(TogetherHandler):
    """A model on the short list."""

    async def put(self, namespace: str, name: str) -> None:
        """Put it there, or change its note."""
        asked = self.body(NoteAsked)
        model = await self.checked_model(f"{namespace}/{name}")
        self.reply(await self.rooms.shared.shortlist(self.person, model, note=asked.note))

    async def delete(self, namespace: str, name: str) -> None:
        """Take it off."""
        await self.rooms.shared.drop(self.person, "shortlist", f"{namespace}/{name}")
        self.set_status(204)


class DraftsHandler(TogetherHandler):
    """Drafts."""

    async def post(self) -> None:
        """Begin one."""
        asked = self.body(DraftAsked)
        model = None if asked.model is None else await self.checked_model(asked.model)
        self.reply(await self.rooms.shared.draft(self.person, asked.title, model, asked.text), 201)


class DraftHandler(TogetherHandler):
    """One draft."""

    async def get(self, draft: str) -> None:
        """Its text."""
        self.set_header("Content-Type", "text/markdown; charset=utf-8")
        self.finish(await self.rooms.shared.draft_text(draft))

    async def delete(self, draft: str) -> None:
        """Drop it."""
        await self.rooms.shared.drop(self.person, "drafts", draft)
        self.set_status(204)


class _CommentsHandler(TogetherHandler):
    async def allowed(self, about: About) -> None:
        """Let through who may comment on this."""
        if about.kind in ("notebook", "cell", "text"):
            self.rooms.roles.require(self.person, about.id, "commenter")

    def tell(self, thread: Thread, comment: str) -> None:
        """Tell those who are mentioned."""
        said = next(one for one in thread.comments if one.id == comment)
        for name in said.mentions:
            self.services.events.publish(Mentioned(to=name, by=said.author, thread=thread, comment=comment))


class ThreadsHandler(_CommentsHandler):
    """Threads."""

    async def post(self) -> None:
        """Begin one."""
        asked = self.body(ThreadAsked)
        about = await self._about(asked)
        await self.allowed(about)
        thread = await self.rooms.comments.begin(self.person, about, asked.text)
        self.tell(thread, thread.comments[0].id)
        self.reply(thread, 201)

    async def _about(self, asked: ThreadAsked) -> About:
        from ..collab.comments import about_file

        about = About(
            kind=asked.kind,
            id=asked.id,
            path=asked.path,
            cell=asked.cell,
            start=asked.start,
            end=asked.end,
            quote=asked.quote,
            revision=asked.revision,
        )
        match asked.kind:
            case "notebook" | "cell" | "text":
                return about_file(about, await self.file_of(asked.path or ""))
            case "model" | "version":
                await self.checked_model(asked.id)
            case "run":
                _checked_run(asked.id)
        return about


class ThreadHandler(_CommentsHandler):
    """One thread."""

    async def patch(self, thread: str) -> None:
        """Resolve it, or open it again."""
        resolved = self.body(ThreadChange).resolved
        await self.allowed((await self.rooms.comments.thread(thread)).about)
        self.reply(await self.rooms.comments.resolve(self.person, thread, resolved=resolved))


class RepliesHandler(_CommentsHandler):
    """The comments of a thread."""

    async def post(self, thread: str) -> None:
        """Say something."""
        text = self.body(CommentAsked).text
        await self.allowed((await self.rooms.comments.thread(thread)).about)
        changed = await self.rooms.comments.reply(self.person, thread, text)
        self.tell(changed, changed.comments[-1].id)
        self.reply(changed, 201)


class CommentHandler(_CommentsHandler):
    """A comment of one's own."""

    async def patch(self, thread: str, comment: str) -> None:
        """Say it in other words."""
        changed = await self.rooms.comments.edit(self.person, thread, comment, self.body(CommentAsked).text)
        self.reply(changed)

    async def delete(self, thread: str, comment: str) -> None:
        """Take it back."""
        await self.rooms.comments.delete(self.person, thread, comment)
        self.set_status(204)


class RolesHandler(TogetherHandler):
    """Who may do what with the notebook at ``path``."""

    async def get(self) -> None:
        """The roles, and one's own."""
        file = await self.file_of(self.get_query_argument("path", ""))
        self.reply(await self._seen(file))

    async def put(self) -> None:
        """Give roles."""
        path = self.get_query_argument("path", "")
        asked, file = self.body(RolesAsked), await self.file_of(path)
        roles = Roles(file=file, path=path, people=asked.people, others=asked.others)
        await self.rooms.roles.give(self.person, file, roles)
        self.reply(await self._seen(file))

    async def _seen(self, file: str) -> RolesSeen:
        book, name = self.rooms.roles, self.person.name
        people = (await self.rooms.shared.whole()).people
        mine, may_change = book.of(name, file), book.may_change(name, file)
        return RolesSeen(file=file, roles=book.roles(file), mine=mine, may_change=may_change, people=people)


class SuggestionsHandler(TogetherHandler):
    """Suggestions for notebooks."""

    async def post(self) -> None:
        """Begin one; its room has the suggestion's id."""
        from ..collab.suggestions import checked_path

        asked = self.body(SuggestionAsked)
        path = checked_path(asked.path)
        file = await self.file_of(path)
        self.rooms.roles.require(self.person, file, "commenter")
        self.reply(await self.rooms.suggestions.begin(self.person, file, path, asked.title), 201)


class SuggestionHandler(TogetherHandler):
    """One suggestion."""

    async def get(self, number: str) -> None:
        """Its changes."""
        self.reply(await self.rooms.suggestions.seen(number))

    async def post(self, number: str) -> None:
        """Accept or reject a change."""
        asked = self.body(DecisionAsked)
        file = (await self.rooms.suggestions.one(number)).file
        self.rooms.roles.require(self.person, file, "editor")
        self.reply(await self.rooms.suggestions.decide(self.person, number, asked.change, accept=asked.accept))

    async def delete(self, number: str) -> None:
        """Withdraw it."""
        await self.rooms.suggestions.withdraw(self.person, number)
        self.set_status(204)


def _checked_run(run: str) -> str:
    if not _RUN.fullmatch(run):
        raise BadInput(f"'{run[:80]}' is no run")
    return run


_API = r"/hubcollab/api/workspace"

ROUTES: list[tuple[str, type[HubHandler]]] = [
    (_API, WorkspaceHandler),
    (_API + r"/export", ExportHandler),
    (_API + r"/pins/([^/]+)", PinHandler),
    (_API + r"/comparison", ComparisonHandler),
    (_API + r"/shortlist/([^/]+)/([^/]+)", ShortlistHandler),
    (_API + r"/drafts", DraftsHandler),
    (_API + r"/drafts/([^/]+)", DraftHandler),
    (_API + r"/threads", ThreadsHandler),
    (_API + r"/threads/([^/]+)", ThreadHandler),
    (_API + r"/threads/([^/]+)/comments", RepliesHandler),
    (_API + r"/threads/([^/]+)/comments/([^/]+)", CommentHandler),
    (r"/hubcollab/api/roles", RolesHandler),
    (r"/hubcollab/api/suggestions", SuggestionsHandler),
    (r"/hubcollab/api/suggestions/([^/]+)", SuggestionHandler),
]
